import { describe, expect, it } from '@jest/globals';
import { allParts } from '../../../src/datasources/stages/desired/stage-parts.ts';
import { findingRules } from '../../../src/datasources/stages/live/finding-rules.ts';
import { namesOf } from '../../../src/datasources/stages/wire/wire-enums.ts';
import { findingBits } from '../../../src/memory/database/finding-bits.ts';
import { partBits } from '../../../src/memory/database/part-bits.ts';

const isPower = (bits: number): boolean => bits > 0 && Number.isInteger(Math.log2(bits));

describe('columns of bits', () => {
  it('give every part and every finding a bit of its own', () => {
    const ofParts = allParts.map((part) => partBits([part]));
    const ofFindings = namesOf(findingRules).map((code) => findingBits([code]));
    for (const bits of [ofParts, ofFindings]) {
      expect(bits.every(isPower)).toBe(true);
      expect(new Set(bits).size).toBe(bits.length);
    }
  });

  it('keep the meaning of what databases have stored', () => {
    expect(partBits(['DEPLOYMENT'])).toBe(1);
    expect(partBits(['METHOD_SETTINGS', 'VARIABLES'])).toBe(0b11000);
    expect(partBits(['TAGS'])).toBe(1024);
    expect(findingBits(['ACCESS_LOG_OFF'])).toBe(1);
    expect(findingBits(['THROTTLING_OFF', 'DEAD_KEY'])).toBe(0b100000100000);
    expect(findingBits(['NO_AUTHORIZATION'])).toBe(32768);
  });
});
