import { createServer } from 'node:http';

export interface PageServer {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** Pages under it load nothing from elsewhere and make no code from text. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'";

const typeOf = (file: string): string => {
  if (file.endsWith('.js')) return 'text/javascript';
  if (file.endsWith('.css')) return 'text/css';
  return file.endsWith('.json') ? 'application/json' : 'text/html';
};

/** Serves texts, by path, on a free port of the loopback address. */
export async function servePages(files: Readonly<Record<string, string>>): Promise<PageServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const file = files[pathname];
    response.writeHead(file === undefined ? 404 : 200, {
      'content-type': `${typeOf(pathname)}; charset=utf-8`,
      'content-security-policy': policy,
    });
    response.end(file);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
