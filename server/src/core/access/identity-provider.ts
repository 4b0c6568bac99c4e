/** Who somebody is, as the provider of single sign-on says and its signature proves. */
export interface Identity {
  readonly issuer: string;
  /** The provider's own name for the person: it never changes and is never given to anybody else (OpenID Connect Core §2). */
  readonly subject: string;
  readonly name: string | null;
  /** Lower case; null where the provider names none. */
  readonly email: string | null;
  /** Whether the provider says that the address is theirs. */
  readonly isEmailVerified: boolean;
  /** Whether the provider says that it asked for more than a password (RFC 8176). */
  readonly hasSecondFactor: boolean;
}

/** What one sign-in is recognized by when the browser comes back. */
export interface SignInSecrets {
  readonly state: string;
  readonly nonce: string;
  /** For PKCE (RFC 7636). */
  readonly verifier: string;
}

/** A provider of single sign-on. */
export interface IdentityProvider {
  /** As it stands in the configuration. */
  readonly issuer: string;
  /** Makes what one sign-in is recognized by. */
  createSecrets(): Promise<SignInSecrets>;
  /**
   * Builds the address at the provider where the person proves who they are.
   * @param isAskedAnew whether being signed in there already is not enough
   * @throws AppError SERVICE_UNAVAILABLE where the provider does not answer
   */
  buildUrl(secrets: SignInSecrets, redirectUri: string, isAskedAnew: boolean): Promise<string>;
  /**
   * Reads what the browser brought back, and asks the provider for the proof.
   * @param maxAgeSeconds how long ago the person may have proved it there; left out, that does not matter
   * @throws AppError UNAUTHORIZED for whatever is not a proof, SERVICE_UNAVAILABLE where the provider does not answer
   */
  readAnswer(secrets: SignInSecrets, answeredUrl: string, maxAgeSeconds?: number): Promise<Identity>;
}
