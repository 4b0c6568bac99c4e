/** A credential as JSON, ready to be sent. */
type CredentialJson = Record<string, unknown>;

/** Whether this browser, on this address, can use passkeys at all. */
export function canUsePasskeys(): boolean {
  return typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;
}

/** Has the browser make a passkey, as the server asked (WebAuthn §5.1.3). */
export async function createPasskey(options: Record<string, unknown>): Promise<CredentialJson> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    // What it holds is for the browser to check.
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  return toJson(await tell(navigator.credentials.create({ publicKey })));
}

/** Has the browser sign with a passkey, as the server asked (WebAuthn §5.1.4). */
export async function signWithPasskey(options: Record<string, unknown>): Promise<CredentialJson> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  return toJson(await tell(navigator.credentials.get({ publicKey })));
}

function toJson(credential: Credential | null): CredentialJson {
  if (!(credential instanceof PublicKeyCredential)) throw new Error('Your browser didn’t return a passkey.');
  return { ...credential.toJSON() };
}

/** What browsers say of it is the same sentence for everything, and not for people. */
async function tell<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : '';
    if (name === 'InvalidStateError') throw new Error('This device has a passkey for this account already.', { cause });
    if (name === 'SecurityError')
      throw new Error('Passkeys only work at this service’s own address, over HTTPS or on localhost.', { cause });
    throw new Error('No passkey was used. Try again or sign in another way.', { cause });
  }
}
