/** An email to one person, as it is handed to the mail server. */
export interface OutgoingMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** What its Message-ID begins with: the same over all tries. */
  readonly id: string;
  readonly date: Date;
  /** Where a mail program unsubscribes with one click (RFC 8058); left out where there is nothing to unsubscribe from. */
  readonly unsubscribeUrl?: string;
}

/** What came of handing it over. `refused` is for good; `failed` may go better later. The problem is half a sentence, without secrets. */
export type MailOutcome =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'refused' | 'failed'; readonly problem: string };

/** The mail server that emails to people are handed to. */
export interface Mailer {
  /** Never throws for what the server does. */
  send(mail: OutgoingMail, signal: AbortSignal): Promise<MailOutcome>;
  /** Connects, encrypts and signs in as for an email, and sends none. @returns what went wrong; null where nothing did */
  check(): Promise<string | null>;
}
