'use strict';
/**
 * The one shape of every migration: SQL up, SQL down, each in a single transaction.
 * sequelize-cli and the server's start both call `up(queryInterface)` / `down(queryInterface)`.
 */
const run = (sql) => async (queryInterface) => {
  await queryInterface.sequelize.transaction(async (transaction) => {
    await queryInterface.sequelize.query(sql, { transaction });
  });
};

/** Rights of the app's role on a table, replacing whatever it had. The role's name is the setting `taptill.app_role`. */
const appMay = (privileges, tables) => `
DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY[${tables.map((t) => `'${t}'`).join(', ')}] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT ${privileges} ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;`;

/** Rows of these tables are written once: refused to every role by a trigger, to the app's role by its rights too. */
const appendOnly = (tables) =>
  tables
    .map(
      (t) =>
        `CREATE TRIGGER ${t}_append_only BEFORE UPDATE OR DELETE ON ${t} FOR EACH ROW EXECUTE FUNCTION refuse_change();`,
    )
    .join('\n') + appMay('SELECT, INSERT', tables);

module.exports = { migration: (up, down) => ({ up: run(up), down: run(down) }), appMay, appendOnly };
