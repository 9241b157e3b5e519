/** Words by which names of secrets are known. Those that count tokens, or say where something is, are left alone. */
const telling =
  /TOKEN(?:_|$)|SECRET|PASSW|PASSPHRASE|CREDENTIAL|(?:API|ACCESS|PRIVATE)_?KEY|(?:^|_)(?:KEY|PAT|AUTH)(?:_|$)/iu;
const ofPlace = /_(?:SOCK|PATH|FILE|DIR|URL|URI|LIMIT|TYPE|TTL)$/iu;

/** Whether what has this name is likely to be a secret. */
export function tellsOfSecret(name: string): boolean {
  return telling.test(name) && !ofPlace.test(name);
}
