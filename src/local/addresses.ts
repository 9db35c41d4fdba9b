import { type House, localModelKey } from "./house.ts";

/** What another shell or program needs to work with a running house. */
export interface Addresses {
  simulated: true;
  /** With credentials, for `git clone` and `git push`. */
  gitRemote: string;
  restUrl: string;
  /** Where pull requests are opened: POST `{title, head, base}` with the token. */
  pullsUrl: string;
  repository: string;
  user: string;
  /** Sent as `authorization: Bearer …`. */
  token: string;
  functionsUrl: string;
  modelUrl: string;
  /** Of the stand-in, for `ASSAY_MODEL_KEY`; absent where the model is another. */
  modelKey?: string;
  /** Of the tokens that alerts need; `/_standin/tokens` of its origin makes any. */
  tokenIssuer: string;
  storageConnection: string;
  pid: number;
}

export function addressesOf({
  github,
  repository,
  author,
  host,
  model,
  modelUrl,
  issuer,
  storageConnection,
}: House): Addresses {
  const name = `${repository.owner}/${repository.name}`;
  return {
    simulated: true,
    gitRemote: github.remoteFor(author, repository),
    restUrl: github.restUrl,
    pullsUrl: `${github.restUrl}/repos/${name}/pulls`,
    repository: name,
    user: author,
    token: github.tokenFor(author),
    functionsUrl: host.url,
    modelUrl,
    ...(model ? { modelKey: localModelKey } : {}),
    tokenIssuer: issuer.issuer,
    storageConnection,
    pid: process.pid,
  };
}

/** The addresses for a person, and what to try next. */
export function addressTable(house: House): string {
  const own = addressesOf(house);
  const { tokenIssuer, gitRemote, restUrl, pullsUrl, repository, user, token, functionsUrl, modelUrl, modelKey } = own;
  const next = house.repository.nextNumber;
  const model = modelKey ? `${modelUrl}  (simulated; key ${modelKey})` : `${modelUrl}  (yours)`;
  return `
  Functions     ${functionsUrl}/api/health
  GitHub        ${restUrl}  (simulated: REST, git over HTTP, webhooks)
  Model         ${model}
  Tokens        ${tokenIssuer}  (simulated: Microsoft Entra ID)
  Repository    ${repository}, as ${user}

  Try next, in another shell. Get the AI repository, on a branch of your own:

    git clone ${gitRemote}
    cd ${house.repository.name}
    git checkout -b mine

  Change prompts/support/support-assistant.prompt.md in words of your own, push it, and open a pull request:

    git commit -am "Try something"
    git push origin mine
    curl -H "authorization: Bearer ${token}" ${pullsUrl} -d '{"title":"Try something","head":"mine","base":"main"}'

  See the check "assay / gate", then the comment of pull request ${next} with the reasons:

    curl ${restUrl}/repos/${repository}/commits/mine/check-runs
    curl ${restUrl}/repos/${repository}/issues/${next}/comments

  Play the second story beside this one: routing goes to a new version of the model, which is released, goes wrong and is taken back:

    npm run story -- release --fault errors    (or latency, safety, none; up to five minutes)

  Ctrl-C ends everything and leaves nothing behind.`;
}
