// Starts the page: theme, base address, WASM. The build puts this script into index.html and its
// hash into the Content-Security-Policy.
(() => {
  // Before the first paint, so that a chosen theme never flashes.
  try {
    const theme = localStorage.getItem('benchmark-monitor:theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch { /* storage is switched off: the system's theme it is */ }

  // A base that begins with two slashes would be another host, and the router would not find itself.
  const single = location.pathname.replace(/\/{2,}/g, '/');
  if (single !== location.pathname) history.replaceState(history.state, '', single + location.search + location.hash);

  // One build serves `/`, `/repo/` and any other folder, so the page determines its own base. A
  // folder's path ends with a slash and a view's never does: removing the view leaves the base.
  const views = /(?:settings|trends|compare|regressions|runs(?:\/[^/]+)?)$/;
  const folder = location.pathname.replace(views, '').replace(/[^/]*$/, '');

  const { dataset } = document.querySelector('meta[name="app"]');
  // The first page is a small separate program; the whole dashboard is loaded when needed: at another
  // view, and where the first page has found that this is not its address.
  const first = location.pathname.length === folder.length && history.state !== 'whole';
  const whole = { js: dataset.everyJs, wasm: dataset.everyWasm };
  const files = first ? { js: dataset.js, wasm: dataset.wasm } : whole;
  const element = (name, attributes) => Object.assign(document.createElement(name), attributes);

  const start = (base) => {
    document.querySelector('base')?.remove();
    document.head.prepend(element('base', { href: base }));
    document.head.append(
      element('link', { rel: 'modulepreload', href: files.js }),
      element('link', { rel: 'preload', as: 'fetch', crossOrigin: 'anonymous', href: files.wasm }),
    );
    import(new URL(files.js, document.baseURI).href)
      .then((app) => app.default({ module_or_path: new URL(files.wasm, document.baseURI) }))
      .catch((error) => {
        // A path deeper than any view (served by 404.html): the dashboard is further up.
        const known = folder === location.pathname || views.test(location.pathname);
        if (!known && base !== '/') return start(base.replace(/[^/]+\/$/, ''));
        document.getElementById('boot-problem').hidden = false;
        document.getElementById('boot').classList.add('failed');
        console.error(error);
      });
  };
  start(folder);

  // A separate program computes the first page's verdicts, loaded when their table scrolls into
  // view.
  let judge;
  globalThis.benchJudge = async (against, metrics) => {
    judge ??= import(new URL(dataset.judgeJs, document.baseURI).href).then(async (program) => {
      await program.default({ module_or_path: new URL(dataset.judgeWasm, document.baseURI) });
      return program.judge;
    });
    judge.catch(() => { judge = undefined; });
    return (await judge)(against, metrics);
  };

  // Hovering over a link preloads the rest.
  const fetchAhead = (event) => {
    if (!event.target.closest?.('a[href]')) return;
    for (const kind of ['pointerover', 'focusin']) removeEventListener(kind, fetchAhead);
    for (const href of [whole.js, whole.wasm]) document.head.append(element('link', { rel: 'prefetch', href }));
  };
  if (first) for (const kind of ['pointerover', 'focusin']) addEventListener(kind, fetchAhead);
})();
