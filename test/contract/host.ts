import { describe } from 'vitest';
import type { HostKind } from '../support/engine-fixture.ts';
import { attemptCases } from './host/attempts.ts';
import { controlCases } from './host/control.ts';
import { deadlineCases } from './host/deadlines.ts';
import { failureCases } from './host/failures.ts';
import { limitCases } from './host/limits.ts';
import { mergeCases } from './host/merges.ts';
import { routeCases } from './host/routes.ts';
import { routingCases } from './host/routing.ts';
import { scaleCases } from './host/scale.ts';
import { stepCases } from './host/steps.ts';
import { valueCases } from './host/values.ts';

/** What every host has to do, seen from the public API. */
export function hostContract(host: HostKind): void {
  describe('routes', () => {
    routeCases(host);
  });
  describe('routing', () => {
    routingCases(host);
  });
  describe('merges', () => {
    mergeCases(host);
  });
  describe('failures', () => {
    failureCases(host);
  });
  describe('attempts', () => {
    attemptCases(host);
  });
  describe('control', () => {
    controlCases(host);
  });
  describe('deadlines', () => {
    deadlineCases(host);
  });
  describe('limits', () => {
    limitCases(host);
  });
  describe('steps', () => {
    stepCases(host);
  });
  describe('values', () => {
    valueCases(host);
  });
  describe('size', () => {
    scaleCases(host);
  });
}
