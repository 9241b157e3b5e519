const task = '20260101-abcdefgh';

/** Examples of each command, as they stand after the name of the program; a test holds that they fit the commands. */
export const helpExamples: Readonly<Record<string, readonly string[]>> = {
  init: ['init my-workflow --template tools', 'init --list'],
  validate: ['validate my-workflow', 'validate . --json'],
  run: [
    'run my-workflow "What is this about?"',
    'run my-workflow --input @request.md --json',
    'git diff | agent-engine run my-workflow --input -',
    'run my-workflow --plan',
    'run my-workflow --dry-run --override budget.max_cost_usd=0.1',
    'run my-workflow --break review --stream',
  ],
  diagram: [
    'diagram my-workflow',
    'diagram my-workflow --pipeline outline --out outline.mmd',
    'diagram my-workflow --format svg --theme dark --out picture.svg',
    `diagram my-workflow --format svg --task ${task} --out run.svg`,
    'diagram my-workflow --format svg --coverage coverage.json --out coverage.svg',
  ],
  paths: ['paths my-workflow', 'paths my-workflow --test', 'paths my-workflow --test --format junit --out paths.xml'],
  eval: [
    'eval my-workflow',
    'eval my-workflow --filter smoke --runs 5 --max-cost 0.50',
    'eval my-workflow --record # asks the models, and keeps what they say',
    'eval my-workflow --replay --format junit --out evals.xml',
    'eval my-workflow --replay --baseline evals/baseline.json',
  ],
  resume: [`resume ${task}`, `resume ${task} --latest --no-break`],
  answer: [
    `answer ${task}`,
    `answer ${task} --approve`,
    `answer ${task} --edit '{"letter": "Dear all"}' --comment shorter`,
  ],
  undo: [`undo ${task} --dry-run`, `undo ${task}`],
  step: [`step ${task}`, `step ${task} --stage review`],
  pause: [`pause ${task}`],
  cancel: [`cancel ${task} --project my-workflow`],
  fork: [`fork ${task} --from review`, `fork ${task} --input "Say it in two sentences." --no-run`],
  replay: [`replay ${task}`],
  tasks: ['tasks --project my-workflow', 'tasks --status failed --since 7d --json'],
  'tasks prune': ['tasks prune --older-than 30d --dry-run', 'tasks prune --status failed'],
  show: [`show ${task}`, `show ${task} --journal`, `show ${task} --calls review --full`, `show ${task} --at 12`],
  context: [`context ${task} review`, `context ${task} review --text`],
  logs: ['logs --follow', `logs ${task} --type llm --json`],
  memory: ['memory list --limit 5', 'memory ingest docs'],
  'memory ingest': ['memory ingest docs "src/**/*.ts"', 'memory ingest handbook.md --tag handbook --store global'],
  'memory list': ['memory list --search "how are failures retried" --limit 5', 'memory list --kind decision'],
  'memory show': [`memory show ${task}`],
  'memory add': [
    'memory add "We deploy on Thursdays." --kind decision --tag release',
    'memory add --store global "I prefer short answers."',
  ],
  'memory edit': [`memory edit ${task} --importance 1`, `memory edit ${task} --content "We deploy on Mondays."`],
  'memory forget': [`memory forget ${task}`, 'memory forget --source docs/old.md --yes'],
  consent: ['consent list'],
  'consent list': ['consent list --project my-workflow'],
  'consent revoke': ['consent revoke a1b2c3d4'],
  audit: ['audit verify my-workflow'],
  'audit verify': ['audit verify my-workflow', 'audit verify logs/audit.jsonl'],
  schema: ['schema workflow', 'schema --out .schemas'],
  doctor: ['doctor', 'doctor my-workflow --json'],
  completion: ['completion bash', 'completion fish'],
};

/** What there is to say beside examples. */
export const helpNotes: Readonly<Record<string, string>> = {
  eval: 'Exit codes: 0 all cases passed, 1 one failed or is worse than the baseline, 2 usage, 130 interrupted.',
  schema: `The first line of a manifest tells an editor where its schema is, for example:
  # yaml-language-server: $schema=./.schemas/workflow.schema.json`,
  completion: `To have it in every shell:
  bash  echo 'source <(agent-engine completion bash)' >> ~/.bashrc
  zsh   echo 'source <(agent-engine completion zsh)' >> ~/.zshrc
  fish  agent-engine completion fish > ~/.config/fish/completions/agent-engine.fish
It completes the program "agent-engine", not "npm run agent-engine":
in a checkout, make it a program with "npm link".`,
};
