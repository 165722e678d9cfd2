'use strict';
const { URL } = require('node:url');

// For `npx sequelize-cli db:migrate` and the like. The owner's URL changes the schema, the app's URL names the role
// that the migrations give rights to. sequelize-cli's own parser of URLs does not know a socket's directory.
const { DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: appUrl } = process.env;
if (!ownerUrl) {
  throw new Error(
    'Set DATABASE_OWNER_URL to the URL of the role that owns the tables, or use `npm run db:migrate`.',
  );
}

const url = new URL(ownerUrl);
const appRole = appUrl ? decodeURIComponent(new URL(appUrl).username) : 'taptill_app';

module.exports = {
  dialect: 'postgres',
  username: decodeURIComponent(url.username),
  password: url.password ? decodeURIComponent(url.password) : undefined,
  host: url.searchParams.get('host') ?? url.hostname,
  port: Number(url.port || 5432),
  database: decodeURIComponent(url.pathname.slice(1)),
  logging: false,
  dialectOptions: { application_name: 'taptill migrations', options: `-c taptill.app_role=${appRole}` },
  migrationStorage: 'sequelize',
  migrationStorageTableName: 'SequelizeMeta',
};
