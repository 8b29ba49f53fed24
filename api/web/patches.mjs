// Packages without a hook for translation: their literals are wrapped in the pages' one translate function at build time.
// And one library that makes code from text: the policy of every page is `script-src 'self'`, so that line goes.
// What matches nothing fails the build: a new version of a package must not lose its words silently.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

const WORDS = resolve('src/studio/i18n/translate.js');
const IMPORT = `import { translate as jfSay } from ${JSON.stringify(WORDS)};\n`;
const LITERALS = JSON.parse(await readFile('src/studio/i18n/literals.json', 'utf8'));

/** Where a literal is something people read, and not a key, a type or an event. */
const SHOWN = '(?:label|title|children|placeholder|description|text|name|tooltip|header|emptyPlaceholder|closeButtonTooltip|"aria-label")\\s*[:=]\\s*|(?:children: |[\\w$]+, )\\[|return |\\?\\s|\\|\\|\\s|placeholderContent = ';

const BY_HAND = {
  'bpmn-js-token-simulation': [
    ['} started`', "} ${jfSay('started')}`"],
    ["completed ? 'finished' : 'canceled'", "jfSay(completed ? 'finished' : 'canceled')"],
    ["|| 'SubProcess') : 'Process'", "|| jfSay('Sub Process')) : jfSay('Process')"],
    ["${ wait ? 'Remove' : 'Add' } pause point", "${ jfSay(wait ? 'Remove pause point' : 'Add pause point') }"],
    ['"Set animation speed = ${ label }"', '"${ jfSay(\'Set animation speed = {label}\', { label: jfSay(label) }) }"'],
    ['Token Simulation <span', "${jfSay('Token Simulation')} <span"],
    [`'<p class="bts-entry placeholder">No Entries</p>'`, "`<p class=\"bts-entry placeholder\">No Entries</p>`"],
    ['>No Entries<', ">${jfSay('No Entries')}<"],
    ['        Simulation Log', "        ${jfSay('Simulation Log')}"],
    ['Focus process instance ${scope.id}', "${jfSay('Focus process instance {id}', { id: scope.id })}"],
  ],
  '@bpmn-io/form-js-editor': [
    ['`Create ${getIndefiniteArticle(type)} ${label} element`', "jfSay('Create {label}', { label })"],
    ['`Remove ${entry.label}`', "jfSay('Remove {label}', { label: entry.label })"],
  ],
};

const OTHER = [
  // A predicate given as text would be compiled with `new Function`; nobody here gives one.
  [/node_modules[\\/]selection-ranges[\\/]dist[\\/]index\.js$/, /new Function\('node', 'Object\.freeze\(node\); return ' \+ [^;]+\)/, '(() => { throw new TypeError("predicates are functions"); })'],
];

const escaped = text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function wrapped(source, key, isTemplate) {
  const said = `jfSay(${JSON.stringify(key)})`;
  const literal = new RegExp(`(${SHOWN})(['"])${escaped(key)}\\2`, 'g');
  let patched = source.replace(literal, (whole, before) => `${before}${said}`);
  if (isTemplate) patched = patched.replace(new RegExp(`((?:title)=")${escaped(key)}"`, 'g'), (whole, before) => `${before}\${${said}}"`);
  return patched;
}

export default function patches() {
  const matched = new Map();   // package -> keys that were found
  return {
    name: 'patches',
    setup(build) {
      for (const [name, keys] of Object.entries(LITERALS)) {
        const place = new RegExp(`node_modules[\\\\/]${name.replace('/', '[\\\\/]')}[\\\\/](lib|dist)[\\\\/].*\\.js$`);
        const hits = matched.set(name, new Set()).get(name);
        build.onLoad({ filter: place }, async ({ path }) => {
          const before = await readFile(path, 'utf8');
          let source = before;
          const note = (key, next) => { if (next !== source) hits.add(key); source = next; };
          for (const [from, to] of BY_HAND[name] ?? []) note(from, source.replaceAll(from, to));
          for (const key of keys) note(key, wrapped(source, key, name === 'bpmn-js-token-simulation'));
          return { contents: source === before ? source : IMPORT + source, loader: 'js' };
        });
      }
      for (const [place, from, to] of OTHER) {
        const hits = matched.set(String(place), new Set()).get(String(place));
        build.onLoad({ filter: place }, async ({ path }) => {
          const source = await readFile(path, 'utf8');
          if (from.test(source)) hits.add(String(from));
          return { contents: source.replace(from, to), loader: 'js' };
        });
      }
      // The editor of forms pins an old preact, its viewer takes the newest: hooks of two copies do not meet.
      build.onResolve({ filter: /^preact(\/|$)/ }, ({ path, importer, kind, pluginData }) => {
        if (pluginData === 'resolved' || !/form-js-(viewer|editor)[\\/]dist|src[\\/]studio[\\/]form/.test(importer)) return undefined;
        return build.resolve(path, { kind, resolveDir: resolve('node_modules/@bpmn-io/form-js-editor'), pluginData: 'resolved' });
      });
      build.onEnd(() => {
        const wanted = { ...Object.fromEntries(Object.entries(LITERALS).map(([name, keys]) => [name, [...keys, ...(BY_HAND[name] ?? []).map(([from]) => from)]])), ...Object.fromEntries(OTHER.map(([place, from]) => [String(place), [String(from)]])) };
        const lost = Object.entries(wanted).flatMap(([name, keys]) => keys.filter(key => !matched.get(name).has(key)).map(key => `${name}: ${key}`));
        return lost.length ? { errors: lost.map(text => ({ text: `patch matches nothing any more: ${text}` })) } : undefined;
      });
    },
  };
}
