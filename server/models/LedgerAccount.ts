import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { AccountKind } from '#domain/ledger/accounts';

export class LedgerAccount extends Model<
  InferAttributes<LedgerAccount>,
  InferCreationAttributes<LedgerAccount>
> {
  declare id: CreationOptional<number>;
  declare kind: AccountKind;
  declare guest_id: CreationOptional<number | null>;
  declare drawer_id: CreationOptional<number | null>;
}

/** The table `ledger_accounts` of one database. */
export function defineLedgerAccount(sequelize: Sequelize): typeof LedgerAccount {
  return class extends LedgerAccount {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      kind: DataTypes.TEXT,
      guest_id: DataTypes.BIGINT,
      drawer_id: DataTypes.BIGINT,
    },
    { sequelize, modelName: 'LedgerAccount', tableName: 'ledger_accounts', timestamps: false },
  );
}
