// Bundles src/ into ../static/dist: content-hashed names, a manifest for the templates, and .br/.gz beside every file.
import { build } from 'esbuild';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import patches from './patches.mjs';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';

const OUT = '../static/dist';
const QUALITY = process.env.JINGFA_WEB_FAST ? 5 : 11;   // brotli 11 is slow; the fast switch is for development only

// Phones get old syntax; the diagram library is for desktops, a chunk that phones never ask for.
const BUNDLES = [
  { entryPoints: { app: 'src/app.js', case: 'src/case.js', style: 'src/style.css', nojs: 'src/nojs.css' }, target: ['chrome64'] },
  // Browsers that have service workers and can ask for the cookie have this syntax. A worker is no module: not all browsers take those.
  { entryPoints: { worker: 'src/worker.js', offline: 'src/offline.js' }, target: ['chrome90', 'safari15'], format: 'iife' },
  { entryPoints: { diagram: 'src/diagram.js' }, target: ['chrome90', 'safari15'], splitting: true, chunkNames: 'canvas-[hash]' },
  { entryPoints: { difference: 'src/difference.js' }, target: ['chrome90', 'safari15'] },
  { entryPoints: { board: 'src/board.js' }, target: ['chrome90', 'safari15'], splitting: true, chunkNames: 'canvas-[hash]' },
  // The tools of policy staff share their code: bpmn-js, dmn-js and form-js stand on the same libraries.
  {
    entryPoints: { studio: 'src/studio/diagram/index.js', table: 'src/studio/table/index.js', form: 'src/studio/form/index.js', preview: 'src/studio/form/preview.js' },
    target: ['chrome110', 'safari16'], splitting: true, chunkNames: 'tool-[hash]', plugins: [patches()],
    jsx: 'automatic', jsxImportSource: '@bpmn-io/properties-panel/preact',
    loader: { '.woff': 'file', '.woff2': 'file', '.ttf': 'file', '.eot': 'file', '.svg': 'file' },
    define: { 'process.env.NODE_ENV': '"production"' },
  },
];

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });

const manifest = {};
for (const bundle of BUNDLES) {
  const result = await build({
    format: 'esm', ...bundle,
    bundle: true, minify: true, outdir: OUT, entryNames: '[name]-[hash]', assetNames: '[name]-[hash]',
    metafile: true, legalComments: 'linked', logLevel: 'warning', charset: 'utf8',
    supported: { 'top-level-await': true },
  });
  for (const [file, output] of Object.entries(result.metafile.outputs)) {
    const name = file.split('/').pop();
    if (!output.entryPoint && !output.cssBundle) manifest[name] ??= name;
    if (!output.entryPoint) continue;
    const entry = Object.entries(bundle.entryPoints).find(([, source]) => source === output.entryPoint)?.[0];
    if (!entry) continue;   // loaded by another one when it is needed
    manifest[`${entry}.${name.split('.').pop()}`] = name;
    if (output.cssBundle) manifest[`${entry}.css`] = output.cssBundle.split('/').pop();
  }
}
for (const name of Object.keys(manifest)) if (/LEGAL|-[A-Z0-9]{8}\./.test(name)) delete manifest[name];
writeFileSync(`${OUT}/manifest.json`, JSON.stringify(manifest, null, 1));

for (const name of readdirSync(OUT)) {
  if (!/\.(js|css)$/.test(name)) continue;
  const bytes = readFileSync(`${OUT}/${name}`);
  const br = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } });
  writeFileSync(`${OUT}/${name}.br`, br);
  writeFileSync(`${OUT}/${name}.gz`, gzipSync(bytes, { level: 9 }));
  console.log(`${name}  ${(bytes.length / 1e3).toFixed(1)} kB, ${(br.length / 1e3).toFixed(1)} kB br`);
}
