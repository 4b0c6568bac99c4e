import type { ProviderRegionRules } from '../sending-providers/region-rules.ts';

const AWS_REGION = /^[a-z]{2}(?:-[a-z]+){1,3}-\d$/;

/** What a region must be for Amazon SES to send for it. */
export const SES_REGION_RULES: ProviderRegionRules = {
  name: 'ses',
  title: 'Amazon SES',
  regionField: 'awsRegion',
  findProblem({ providerRegion, mailFromHost }) {
    if (!AWS_REGION.test(providerRegion))
      return `${JSON.stringify(providerRegion)} isn't an AWS region such as eu-west-1. Set awsRegion.`;
    // SES asks for exactly this host, and would never find the MAIL FROM domain with another one.
    const wanted = `feedback-smtp.${providerRegion}.amazonses.com`;
    return mailFromHost === wanted ? null : `with Amazon SES, mailFromHost must be ${wanted}.`;
  },
};
