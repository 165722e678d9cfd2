/** Cycles anywhere, and the layers inside server/: docs/ARCHITECTURE.md, "Who may import whom". */
const layer = (name, from, to, except) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: ['\\.test\\.ts$', '^server/testing/'] },
  to: { path: to, ...(except ? { pathNot: except } : {}) },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['^electron$', 'virtual:'] },
    },
    layer('nothing-imports-the-api', '^server/(?!api/|main|runServer|openApp)', '^server/api/'),
    layer(
      'queries-and-models-know-no-services',
      '^server/(queries|models|presenters|events|db)/',
      '^server/services/(?!support/)',
    ),
    layer('models-know-only-the-domain', '^server/models/', '^server/(?!models/|db/)'),
    layer('presenters-do-not-query', '^server/presenters/', '^server/(?!presenters/|models/)'),
    layer('db-knows-nobody', '^server/db/', '^server/(?!db/)'),
    layer(
      'product-code-imports-no-test-code',
      '^(domain|server|tap-node|electron|renderer)/(?!testing/)',
      '^(server/testing|e2e)/',
      'faultPoints',
    ),
    layer('migrations-stand-alone', '^migrations/', '^(server|domain)/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^out/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
