/** Whose password it is: what stands in these is the first that is guessed. */
export interface PasswordOwner {
  readonly name: string;
  readonly email: string;
}

/** What is to be said of a password that somebody chooses. */
export interface PasswordVerdict {
  /** From 0 (guessed at once) to 4; below 3 it is refused. */
  readonly score: number;
  /** Why it is refused, as a sentence that goes on after "password"; null where it is good enough. */
  readonly fault: string | null;
}

/** Judges a password. */
export type PasswordJudge = (password: string, owner: PasswordOwner) => PasswordVerdict;

const PRODUCT_WORDS = ['autosend'];
/** Shorter parts stand in other words by accident. */
const MIN_OWN_CHARACTERS = 4;
/** 10^8 guesses: hopeless against our limits, and years of one core against argon2id. */
const MIN_SCORE = 3;
/** The time to judge grows faster than the length. What is hard to guess at its beginning stays so. */
const MAX_JUDGED_CHARACTERS = 64;
const MAX_RANKED_WORDS = 20;

/**
 * Loads the judge. It brings a list of 49,000 common and breached passwords along (zxcvbn-ts; Xato's list of ten million
 * breached ones, by frequency), which takes a fifth of a second and 30 MB: whoever needs none does not pay for it.
 */
export async function loadPasswordJudge(): Promise<PasswordJudge> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  return (password, owner) => {
    const own = findOwnWord(password, owner);
    const judged = [...password.normalize('NFKC')].slice(0, MAX_JUDGED_CHARACTERS).join('');
    const { score } = estimator.check(judged, [...PRODUCT_WORDS, ...listOwnWords(owner)].slice(0, MAX_RANKED_WORDS));
    if (own !== null) return { score: Math.min(score, 1), fault: `must not contain “${own}”.` };
    return score < MIN_SCORE
      ? { score, fault: 'is too easy to guess. A few words in a row are hard to guess.' }
      : { score, fault: null };
  };
}

/** The part of their name, of their address or of ours that a password contains; null where it contains none. */
function findOwnWord(password: string, owner: PasswordOwner): string | null {
  const text = fold(password);
  return [...PRODUCT_WORDS, ...listOwnWords(owner)].find((word) => text.includes(fold(word))) ?? null;
}

function listOwnWords({ name, email }: PasswordOwner): string[] {
  const [local = '', host = ''] = email.split('@');
  const labels = host.split('.').slice(0, -1);
  return [email, local, ...local.split(/[^\p{L}\p{N}]+/u), ...labels, name, ...name.split(/[^\p{L}\p{N}]+/u)].filter(
    (word) => [...word].length >= MIN_OWN_CHARACTERS,
  );
}

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** As it is compared: without case, accents and signs, and with letters for the digits that stand for them. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[013457@$!]/g, (sign) => LOOK_ALIKES[sign] ?? sign)
    .replaceAll('l', 'i')
    .replace(/[^\p{L}\p{N}]/gu, '');
}
