// A whole network of the AT Protocol on this machine: a directory of identifiers (PLC), in memory, and a server (PDS) whose
// data lie in a folder of their own. node pds.mjs PACKAGES DATA PLC_PORT PDS_PORT; says `ready` when both listen.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';

const [packages, data, plcPort, port] = process.argv.slice(2);

// Both would listen to whoever reaches this machine; here only the machine itself may.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (first, ...rest) {
  if (typeof first === 'object' && first !== null && 'port' in first) return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest);
  return listen.call(this, first, '127.0.0.1', ...rest.filter((one) => typeof one === 'function'));
};

const require = createRequire(path.join(packages, 'here.js'));
const { PDS } = await import(require.resolve('@atproto/pds'));
const { Secp256k1Keypair } = await import(require.resolve('@atproto/crypto'));
const { Database, PlcServer } = require('@did-plc/server');

const directory = PlcServer.create({ db: Database.mock(), port: Number(plcPort) });
await directory.start();
const recovery = await Secp256k1Keypair.create();
const server = await PDS.fromEnv({
  devMode: true,
  port: Number(port),
  hostname: 'localhost',
  dataDirectory: data,
  blobstoreDiskLocation: path.join(data, 'blobs'),
  recoveryDidKey: recovery.did(),
  adminPassword: process.env.PDS_ADMIN,
  jwtSecret: randomBytes(16).toString('hex'),
  plcRotationKeyK256PrivateKeyHex: randomBytes(32).toString('hex'),
  serviceHandleDomains: ['.test'],
  didPlcUrl: `http://localhost:${plcPort}`,
  inviteRequired: false,
  disableSsrfProtection: true,
  // Nobody gives views here.
  bskyAppViewUrl: 'https://views.invalid',
  bskyAppViewDid: 'did:example:views',
  modServiceUrl: 'https://labels.invalid',
  modServiceDid: 'did:example:labels',
});
await server.start();
console.log('ready');

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, async () => {
    await Promise.allSettled([server.destroy(), directory.destroy()]);
    process.exit(0);
  });
}
