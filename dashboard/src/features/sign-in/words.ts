/** Where a code comes from. */
export const CODE_INTRO = 'From your authenticator app, or a recovery code, which works once.';

/** Why somebody who was signed in is asked again. */
export const SESSION_EXPIRED = 'Your session has expired. Sign in to continue where you were.';
