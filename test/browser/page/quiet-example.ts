// oxlint-disable-next-line import/no-unassigned-import -- The order of the two is what this page is about.
import './without-eval.ts';
// oxlint-disable-next-line import/no-unassigned-import
import './example.ts';
