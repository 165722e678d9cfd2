import { modelTest } from '../testing/model/modelTest.ts';

/** The same from another seed, so that both workers have a part of it. */
modelTest({ seed: 20_261_124, part: 1, runs: 150 });
