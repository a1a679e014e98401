// The packages live in the build folder (NODE_PACKAGES), not beside the sources.
import { createRequire } from 'node:module';
import path from 'node:path';

if (!process.env.NODE_PACKAGES) throw new Error('NODE_PACKAGES has to name a folder with node_modules: see README.md');
const require = createRequire(path.resolve(process.env.NODE_PACKAGES, 'package.json'));

export const load = (name) => require(name);
