import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class GuestAccount extends Model<
  InferAttributes<GuestAccount>,
  InferCreationAttributes<GuestAccount>
> {
  declare guest_id: number;
  declare balance_minor: CreationOptional<number>;
  declare locked_at: CreationOptional<Date | null>;
}

/** The table `guest_accounts` of one database. */
export function defineGuestAccount(sequelize: Sequelize): typeof GuestAccount {
  return class extends GuestAccount {}.init(
    {
      guest_id: { type: DataTypes.BIGINT, primaryKey: true },
      balance_minor: DataTypes.BIGINT,
      locked_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'GuestAccount', tableName: 'guest_accounts', timestamps: false },
  );
}
