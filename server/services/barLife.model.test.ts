import { modelTest } from '../testing/model/modelTest.ts';

modelTest({ seed: 20_261_124, part: 0, runs: 150 });
