import { describe, expect, it } from 'vitest';
import { withoutPii } from '../../../../src/services/plugins/shipped/find-pii.ts';

describe('looking for personal data', () => {
  it.each([
    ['an address', 'Write to ann.lee+x@mail.example.org now.', 'Write to [redacted email] now.'],
    ['an IBAN', 'Pay to DE89 3704 0044 0532 0130 00.', 'Pay to [redacted iban].'],
    ['an IBAN without blanks', 'GB82WEST12345698765432', '[redacted iban]'],
    ['a card', 'Card 4111 1111 1111 1111, thanks', 'Card [redacted credit_card], thanks'],
    ['a card with dashes', '5500-0000-0000-0004', '[redacted credit_card]'],
    ['an IPv4 address', 'from 192.168.10.7.', 'from [redacted ip].'],
    ['an IPv6 address', 'from 2001:db8::ff00:42:8329 on', 'from [redacted ip] on'],
    ['a number with a country', 'Call +44 20 7946 0958!', 'Call [redacted phone]!'],
    ['a number of the US', 'Call (212) 555-0123 or 212-555-0123', 'Call [redacted phone] or [redacted phone]'],
  ])('takes out %s', (_, text, expected) => {
    expect(withoutPii(text)).toBe(expected);
  });

  it.each([
    ['a digit that does not fit', 'Card 4111 1111 1111 1112'],
    ['the wrong sum of an IBAN', 'GB82WEST12345698765433'],
    ['a version', 'version 1.2.3 and 10.0.300.1'],
    ['a time', 'at 12:30:45'],
    ['a C++ name', 'std::vector and a::b::c'],
    ['a date and an amount', '2026-07-04 for 1,234.56'],
    ['zeros', '0000 0000 0000 0000'],
    ['a hash', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ])('leaves %s', (_, text) => {
    expect(withoutPii(text)).toBe(text);
  });

  it('looks for the kinds that are asked for alone', () => {
    expect(withoutPii('a@b.example from 10.0.0.1', ['ip'])).toBe('a@b.example from [redacted ip]');
  });

  it('takes no time for texts that are made to take it', () => {
    const texts = ['1 '.repeat(50_000), `${'a.'.repeat(50_000)}@`, ':'.repeat(100_000), `A1${' A111'.repeat(20_000)}`];
    for (const text of texts) expect(typeof withoutPii(text)).toBe('string');
  });
});
