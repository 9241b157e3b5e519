/** How a task ends, and with what. */
export interface Ending {
  readonly status: string;
  readonly output: unknown;
}

export interface ExampleRun {
  /** Default: the request of the project. */
  readonly request?: string;
  readonly ending: Ending;
}

const completed = (output: unknown): Ending => ({ status: 'completed', output });

const mail = `Subject: Board meeting of the allotment club

Decision: the fee stays at 45 euros a year.

Decided:
- Decision: the fee stays at 45 euros a year.
- Decision: the water pump is replaced before June.

To do:
- Action: Ada must ask three firms for an offer for the pump.
- Action: Ben must repair the fence by the car park.
`;

const joins = 'Everybody who lives in the town may join the library.';
const costs = 'A card costs 12 euros a year.';
const opens = 'The library is open from Tuesday to Saturday, 10 to 18.';
const returns = 'Books can be returned at any time through the flap by the door.';
const joining = `## Joining\n\n${joins} Bring a card with your address. Children under 14 need the signature of a parent.\n\n`;
const fees = `## Fees\n\n${costs} Children and students pay nothing. A book that comes back late costs 50 cents a week.`;
const hours = `\n\n## Hours\n\n${opens} ${returns}`;
const unread =
  'Not read: The item at index 1 of "sections" failed: Tool "read_file" could not read "rooms.md": it does not exist.';

const lease = {
  dates: { dates: ['2026-04-01', '2029-03-31'] },
  money: { rent_a_month: 850, deposit: 2550 },
  duties: {
    requirements: [
      'The tenant must insure the tools against fire.',
      'The tenant must not sublet the workshop.',
      'The landlord must keep the roof tight.',
    ],
  },
};

const note = {
  result: 'Bees pollinate our trees from April to September. Without them there would be fewer apples.',
  orders: [
    'researcher: Find out what bees do for fruit trees.',
    'writer: Write the note in two sentences.',
    'checker: Compare the text with the facts.',
    'writer: Correct the months.',
    'checker: Compare the new text with the facts.',
  ],
};

const opening = 'The swimming pool opens on 1 May';
const numbered = { vote: 'hold', why: 'It shows a telephone number.' };
const polite = { vote: 'publish', why: 'It is polite.' };

/** What each project in configs/examples and configs/patterns makes of its own request, and then of others. */
export const exampleRuns: Readonly<Record<string, readonly ExampleRun[]>> = {
  'examples/approval': [{ ending: { status: 'waiting', output: null } }],
  'examples/orchestrator': [
    { ending: completed(`${joins} ${costs} ${opens}\n\n${joining}${fees}${hours}\n`) },
    {
      request: 'Read fees.md, rooms.md and hours.md',
      ending: { status: 'partial', output: `${costs} ${opens} ${returns}\n\n${fees}${hours}\n\n${unread}\n` },
    },
    { request: 'Read fees.md', ending: completed(`${fees}\n`) },
    { request: 'Read rooms.md', ending: { status: 'failed', output: 'No section could be written.' } },
  ],
  'examples/parallel_sections': [{ ending: completed(lease) }],
  'examples/prompt_chain': [
    { ending: completed(mail) },
    {
      request: 'The apple trees were pruned in March.',
      ending: completed('Nothing was decided and nobody has to do anything, so there is no mail.'),
    },
  ],
  'examples/researcher': [
    {
      ending: completed({
        answer: 'Tools are lent on Saturday from 10 to 13, for 3 euros a week and a deposit of 20 euros.',
        sources: ['hours.md', 'fees.md'],
      }),
    },
    {
      request: 'Who painted the ceiling?',
      ending: completed({ answer: 'The files of the library do not say it.', sources: [] }),
    },
  ],
  'examples/routing': [
    { ending: completed({ desk: 'refund', facts: { order_id: 'AB-1042', paid_euros: 129 } }) },
    {
      request: 'The lamp of order XY-0001 needs a repair.',
      ending: completed({
        desk: 'repair',
        facts: { order_id: 'XY-0001', defect: 'The lamp of order XY-0001 needs a repair.' },
      }),
    },
    { request: 'Good morning.', ending: completed({ desk: 'other', facts: { message: 'Good morning.' } }) },
  ],
  'patterns/chat': [
    { ending: completed('Lisbon is at its best then. What would you like to know?') },
    { request: 'What should I pack?', ending: completed('That depends on where you are going. Where is it?') },
    { request: 'Hello.', ending: completed('I answer from a script, and know of Lisbon alone.') },
  ],
  'patterns/committee': [
    {
      ending: completed({
        decision: 'hold',
        by: 'majority',
        opinions: { privacy: numbered, manners: polite, trade: { vote: 'hold', why: 'It names a price.' } },
      }),
    },
    {
      request: 'What nonsense. Call me: 555 0199.',
      ending: completed({
        decision: 'ask',
        by: 'chair',
        why: 'A friendlier post without the number could go online.',
        opinions: {
          privacy: numbered,
          manners: { vote: 'ask', why: 'The writer may want to put it another way.' },
          trade: { vote: 'publish', why: 'It offers nothing.' },
        },
      }),
    },
    { request: 'You idiot.', ending: { status: 'failed', output: 'Fewer than 2 of 3 members voted.' } },
  ],
  'patterns/debate': [
    {
      ending: completed({
        winner: 'pro',
        why: 'Only "pro" answered what the other side said.',
        transcript: [
          { side: 'pro', says: 'Whoever works all week can only come on Sunday.' },
          { side: 'con', says: 'Somebody has to be paid to be there.' },
          { side: 'pro', says: 'Ten volunteers have offered to take turns.' },
          { side: 'con', says: 'Somebody has to be paid all the same.' },
        ],
      }),
    },
  ],
  'patterns/reviewer_loop': [
    {
      ending: completed({
        result: `${opening}, daily from 8 to 20. A ticket is 4 euros.`,
        verdict: 'approved',
        criticism: '',
        rounds: 3,
      }),
    },
    {
      request: 'Say it in verse.',
      ending: {
        status: 'partial',
        output: { result: `${opening}.`, verdict: 'revise', criticism: 'It does not rhyme.', rounds: 4 },
      },
    },
  ],
  'patterns/supervisor': [{ ending: completed(note) }],
};
