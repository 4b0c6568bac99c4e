import type { SQL } from 'drizzle-orm';
import { PROJECT_ROLES } from '../../core/access/roles.ts';
import { listDefaultNotices, NOTICE_TYPES } from '../../core/notices/notice-type.ts';
import { sql } from '../drizzle.ts';
import { domains, projects } from '../schema.ts';
import { memberships, users } from '../schema-dashboard.ts';
import { mailChoices, mailNotices } from '../schema-mail.ts';

const listOf = (texts: readonly string[]) => sql`${sql.param([...texts])}::text[]`;

/** The roles that are told until they choose otherwise. */
const TOLD_ROLES = PROJECT_ROLES.filter((role) => listDefaultNotices(role, { isTest: false }).length > 0);

/**
 * Says who is to be told of an event by email: members who chose its type, or whose role has it unless they chose otherwise, and
 * the installation's owner where they chose it. Whether they are still in the project is asked again when it is sent. A domain
 * that is verified, and not for the first time, is one that is restored: whoever was told that it failed is told that, too.
 * @param changed the events with their `project_id`, `domain_id`, `event_id`, `type` and `at`
 */
export function buildDueNotices(changed: SQL): SQL {
  return sql`insert into ${mailNotices} (event_id, user_id, project_id, domain_id, type, at)
      select news.event_id, told.user_id, news.project_id, news.domain_id, news.type, news.at
      from (
        select event_id, project_id, domain_id, at, case when type = 'domain.verified' and exists (
          select 1 from ${domains} as domain where domain.id = domain_id and domain.verified_at < at) then 'domain.restored' else type end as type
        from ${changed}
      ) as news cross join lateral (
        select member.user_id from ${memberships} as member join ${projects} as project on project.id = member.project_id
          left join ${mailChoices} as choice on choice.project_id = member.project_id and choice.user_id = member.user_id
        where member.project_id = news.project_id
          and (news.type = any(choice.types) or (choice.types is null and not project.is_test and member.role = any(${listOf(TOLD_ROLES)})))
        union
        select choice.user_id from ${mailChoices} as choice join ${users} as person on person.id = choice.user_id
        where person.is_instance_owner and choice.project_id = news.project_id and news.type = any(choice.types)
      ) as told
      where news.type = any(${listOf(NOTICE_TYPES)})
      returning event_id`;
}
