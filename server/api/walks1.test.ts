import { walks } from '../testing/walk/walk.ts';

walks(1);
