import { z } from 'zod';

// Imported first: else zod tries once whether code can be made from text, which a strict page reports as a violation.
z.config({ jitless: true });
