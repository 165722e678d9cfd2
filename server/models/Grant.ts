import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { GrantState } from '#domain/grant/states';

export class Grant extends Model<InferAttributes<Grant>, InferCreationAttributes<Grant>> {
  declare id: string;
  declare client_tx_id: string;
  declare node_id: number;
  declare tap_id: number;
  declare visit_id: number;
  declare guest_id: number;
  declare card_id: number;
  declare keg_id: number;
  declare beverage_id: number;
  declare shift_id: number;
  declare epoch: number;
  declare short_id: string;
  declare price_minor_per_litre: number;
  declare limit_ml: number;
  declare limit_minor: number;
  declare overshoot_ml: CreationOptional<number>;
  declare state: CreationOptional<GrantState>;
  declare lease_over: CreationOptional<boolean>;
  /** its node came back with another journal: no start of the node disowns it any more */
  declare journal_gone: CreationOptional<boolean>;
  declare created_at: CreationOptional<Date>;
  declare ended_at: CreationOptional<Date | null>;
}

/** The table `grants` of one database. */
export function defineGrant(sequelize: Sequelize): typeof Grant {
  return class extends Grant {}.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true },
      client_tx_id: DataTypes.TEXT,
      node_id: DataTypes.BIGINT,
      tap_id: DataTypes.BIGINT,
      visit_id: DataTypes.BIGINT,
      guest_id: DataTypes.BIGINT,
      card_id: DataTypes.BIGINT,
      keg_id: DataTypes.BIGINT,
      beverage_id: DataTypes.BIGINT,
      shift_id: DataTypes.BIGINT,
      epoch: DataTypes.INTEGER,
      short_id: DataTypes.TEXT,
      price_minor_per_litre: DataTypes.INTEGER,
      limit_ml: DataTypes.INTEGER,
      limit_minor: DataTypes.INTEGER,
      overshoot_ml: DataTypes.INTEGER,
      state: DataTypes.TEXT,
      lease_over: DataTypes.BOOLEAN,
      journal_gone: DataTypes.BOOLEAN,
      created_at: DataTypes.DATE,
      ended_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'Grant', tableName: 'grants', timestamps: false },
  );
}
