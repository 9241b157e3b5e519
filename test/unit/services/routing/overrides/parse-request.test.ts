import { describe, expect, it } from 'vitest';
import { parseRequest, type RequestNames } from '../../../../../src/services/routing/overrides/index.ts';

const names: RequestNames = {
  model: ['small', 'gpt-max', 'offline'],
  pipeline: ['full', 'quick'],
  mode: ['normal', 'analysis_only', 'dry_run', 'implement'],
  target: ['reviewer', 'look'],
  avoid: ['full', 'quick', 'reviewer', 'look', 'deploy'],
};

/** What a request asks for, one line each. */
function found(request: string): readonly string[] {
  return parseRequest(request, names).map(({ override: { kind, payload, scope, ...more } }) => {
    const target = 'target' in more && more.target !== undefined ? ` for ${more.target}` : '';
    return `${kind} ${JSON.stringify(payload)}${target}${scope === undefined ? '' : ` in ${scope}`}`;
  });
}

const analysis = 'mode {"mode":"analysis_only"}';
const dryRun = 'mode {"mode":"dry_run"}';
const brief = 'verbosity {"level":"brief"}';
const detailed = 'verbosity {"level":"detailed"}';
const small = 'model {"model":"small"}';
const quick = 'routing {"pipeline":"quick"}';
const noDeploy = 'routing {"avoid":["deploy"]}';
const skip = 'safety {"skip_checks":["consent"]}';
const cost = (most: number): string => `budget {"max_cost_usd":${most}}`;
const tokens = (most: number): string => `budget {"max_tokens_total":${most}}`;
const remembered = (text: string, scope = 'project'): string =>
  `memory ${JSON.stringify({ remember: text })} in ${scope}`;

describe('the words of a request', () => {
  it.each([
    ['Only analyse the code.', [analysis]],
    ['Please only analyze this', [analysis]],
    ['You should just analyse it, nothing more.', [analysis]],
    ['I want you to only analyse.', [analysis]],
    ['ONLY ANALYSE!', [analysis]],
    ['Analysis only.', [analysis]],
    ["Don't change anything.", [analysis]],
    ['Don’t change anything please', [analysis]],
    ['Look around and do not modify any files.', [analysis]],
    ["Tell me what is wrong, but don't touch my code", [analysis]],
    ["Don't change anything for now.", [analysis]],
    ['Change nothing.', [analysis]],
    ['Make no changes at all.', [analysis]],
    ['No changes please.', [analysis]],
    ['Find the bug without changing anything.', [analysis]],
    ['Leave everything as it is.', [analysis]],
    ['Do not make any changes.', [analysis]],
    ["Don't make changes for now", [analysis]],
    ['Never make edits to files', [analysis]],
    ['I only want an analysis.', [analysis]],
    ['I just want you to analyse the code', [analysis]],
    ['Analyse this only.', [analysis]],
    ['Do only an analysis', [analysis]],
    ['Just an analysis.', [analysis]],
    ['Read-only, please.', [analysis]],
    ['Look but do not touch.', [analysis]],
    ['Dry run.', [dryRun]],
    ['Do a dry run.', [dryRun]],
    ['Deploy it as a dry run.', [dryRun]],
    ['This is a dry run', [dryRun]],
    ['Run it in dry run mode.', [dryRun]],
    ['Just show me what you would change.', [dryRun]],
    ["Don't actually run anything.", [dryRun]],
    ['Work in implement mode.', ['mode {"mode":"implement"}']],
    ['Use the dry-run mode', [dryRun]],
    ['Be brief.', [brief]],
    ['Please be more concise', [brief]],
    ['Keep it short.', [brief]],
    ['Keep your answers brief', [brief]],
    ['Short answer please', [brief]],
    ['Be as brief as possible.', [brief]],
    ['Make it brief', [brief]],
    ['Explain this in one sentence.', [brief]],
    ['Answer briefly: what is it?', [brief]],
    ["Don't be so verbose.", [brief]],
    ['No long explanations', [brief]],
    ['Explain the parser in detail.', [detailed]],
    ['Describe in great detail', [detailed]],
    ['Be very thorough.', [detailed]],
    ['Go into more detail', [detailed]],
    ['Give me all the details.', [detailed]],
    ['Write it at normal length.', ['verbosity {"level":"normal"}']],
    ['Always be brief.', [`${brief} in project`]],
    ['Use the small model.', [small]],
    ['use model gpt-max', ['model {"model":"gpt-max"}']],
    ['Please use the `small` model', [small]],
    ['Use the "small" model', [small]],
    ['Use the Small model for reviewer', [`${small} for reviewer`]],
    ['Use small for look.', [`${small} for look`]],
    ['Use the small model for the reviewer.', [`${small} for reviewer`]],
    ['Do it with the small model for the reviewer agent', [`${small} for reviewer`]],
    ['Use small model', [small]],
    ['Do it with the small model.', [small]],
    ['Switch to the small model, then go on.', [small]],
    ['Use pipeline quick.', [quick]],
    ['Take the quick pipeline', [quick]],
    ['Go with the quick pipeline.', [quick]],
    ["Don't use deploy.", [noDeploy]],
    ['Do not call the deploy tool', [noDeploy]],
    ['Never run deploy', [noDeploy]],
    ['Avoid the deploy tool.', [noDeploy]],
    ['Fix it without using deploy', [noDeploy]],
    ['Spend at most $0.20.', [cost(0.2)]],
    ['Spend no more than 2 dollars', [cost(2)]],
    ['Spend up to 50 cents.', [cost(0.5)]],
    ["Don't spend more than $1,000", [cost(1_000)]],
    ['Keep the cost under $3.', [cost(3)]],
    ['My budget is 5 dollars.', [cost(5)]],
    ['Fix it. At most $1.50.', [cost(1.5)]],
    ['It may cost at most $4', [cost(4)]],
    ['Fix it. Budget of $3.', [cost(3)]],
    ['Use at most 20k tokens', [tokens(20_000)]],
    ['Answer with no more than 1,500 tokens.', [tokens(1_500)]],
    ["Don't use more than 1m tokens", [tokens(1_000_000)]],
    ['Answer in max 5,000 tokens.', [tokens(5_000)]],
    ['Remember that we use tabs.', [remembered('we use tabs')]],
    ['Remember this: we deploy on Fridays!', [remembered('we deploy on Fridays')]],
    ['Always remember that 2.5 is the limit', [remembered('2.5 is the limit')]],
    ['Keep in mind that I like 🍵.', [remembered('I like 🍵')]],
    ["Don't forget that it is old", [remembered('it is old')]],
    ['Remember for all projects that I like tea.', [remembered('I like tea', 'global')]],
    ['Remember for this task that it is late', [remembered('it is late', 'task')]],
    ['Skip all checks.', [skip]],
    ["Don't ask me for confirmation", [skip]],
    ['Run all the tools without asking.', [skip]],
    ['🙂 Be brief 🙂', [brief]],
    ['```\nbe detailed\n```\nBe brief.', [brief]],
    ['Only analyse, be brief, and use the small model.', [analysis, brief, small]],
    ['Fix the bug and be brief.', [brief]],
    ['- only analyse\n- be brief\n', [analysis, brief]],
    ['I have a 5" screen.\r\n\r\nBe brief.\r\n\r\nIt is 6" wide.', [brief]],
    ['I have a 5" screen.\n \nBe brief.\n\nIt is 6" wide.', [brief]],
    ['"Only analyse"\r\nbe brief', [brief]],
  ])('ask for what they say: %s', (request, expected) => {
    expect(found(request)).toEqual(expected);
  });

  it.each([
    ["Don't be brief."],
    ['Do not only analyse, also fix it.'],
    ['You need not explain it in detail.'],
    ['Never answer briefly'],
    ['This is not a dry run.'],
    ['Be brief if it is long.'],
    ['If it is long, be brief.'],
    ['When you are done, use the small model.'],
    ['Unless I say so, only analyse.'],
    ['Write "be brief" into the file.'],
    ['Write “only analyse” into the file'],
    ["Rename 'use the small model' to something else."],
    ['Rename `be brief` and `dry run`.'],
    ['```\nonly analyse\n```'],
    ['~~~\nbe brief'],
    ['> be brief\n> only analyse'],
    ['The ticket says: be brief.'],
    ['The user wrote: only analyse'],
    ['The log says: wait, be brief and only analyse'],
    ['Explain what a dry run is.'],
    ['Add a dry run flag to the command.'],
    ['The last dry run failed.'],
    ['Tools that only analyse are boring.'],
    ['Why do you only analyse?'],
    ["Don't change anything else."],
    ["Don't make any changes to the API."],
    ['Analyse only the tests, and fix them.'],
    ['Read only the first file.'],
    ['The files are read-only.'],
    ["Don't change anything except the README."],
    ["Don't change anything but the tests"],
    ["The tests don't change anything."],
    ['The section is shown in detail on the next page.'],
    ['It was a brief stay.'],
    ['Do you remember that bug?'],
    ['I remember that it was slow.'],
    ['Remember to run the tests.'],
    ['Use the data model.'],
    ['Use the small table.'],
    ['The small model is slow.'],
    ['Use pipeline operators.'],
    ["Don't use tabs."],
    ['Skip the tests.'],
    ["Don't ask for trouble."],
    ['Spend at most 5 minutes on it.'],
    ['Use at most 3 files.'],
    ['It costs $5.'],
    ['Remember that'],
    ['__proto__ constructor toString'],
    ['Use the __proto__ model. Use pipeline constructor.'],
    [''],
    ['🙂'],
  ])('ask for nothing when they do not say it: %s', (request) => {
    expect(found(request)).toEqual([]);
  });

  it('are told with their place, also behind signs of two units', () => {
    const request = '🙂 Look. Please be brief, and spend at most $1.';
    const spans = parseRequest(request, names).map(({ span }) => span);
    expect(spans.map(({ text }) => text)).toEqual(['be brief', 'spend at most $1']);
    expect(spans.map(({ start, end }) => request.slice(start, end))).toEqual(spans.map(({ text }) => text));
  });
});

describe('a hostile request', () => {
  it.each([
    ['of 5 MB: quotation marks', '"', 5_000_000],
    ['of 5 MB: denials', "don't change ", 5_000_000],
    ['of 5 MB: emoji', '👩‍👩‍👧', 5_000_000],
    ['marks that open', '“', 1_000_000],
    ['apostrophes', "'a ", 1_000_000],
    ['backticks', '` `` ', 1_000_000],
    ['fences', '\n```\n```', 1_000_000],
    ['orders without an end', 'remember that ', 1_000_000],
    ['digits', '1,1.1x', 1_000_000],
    ['empty lines', '\n', 1_000_000],
    ['halves of characters', '\uD83D', 1_000_000],
  ])('is read to its end: %s', { timeout: 120_000 }, (_, part, size) => {
    const request = `${part.repeat(Math.ceil(size / part.length))}\n\n`;
    expect(found(`${request}Be brief.`)).toEqual([brief]);
  });

  it('gives no more than a hundred overrides', () => {
    expect(found('Be brief. '.repeat(1_000)).length).toBe(100);
  });
});
