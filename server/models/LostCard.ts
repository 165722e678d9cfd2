import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class LostCard extends Model<InferAttributes<LostCard>, InferCreationAttributes<LostCard>> {
  declare id: CreationOptional<number>;
  declare card_id: number;
  declare visit_id: CreationOptional<number | null>;
  declare reason: string;
  declare reported_at: CreationOptional<Date>;
  declare reported_by: CreationOptional<number | null>;
  declare found_at: CreationOptional<Date | null>;
  declare found_by: CreationOptional<number | null>;
}

/** The table `lost_cards` of one database. */
export function defineLostCard(sequelize: Sequelize): typeof LostCard {
  return class extends LostCard {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      card_id: DataTypes.BIGINT,
      visit_id: DataTypes.BIGINT,
      reason: DataTypes.TEXT,
      reported_at: DataTypes.DATE,
      reported_by: DataTypes.BIGINT,
      found_at: DataTypes.DATE,
      found_by: DataTypes.BIGINT,
    },
    { sequelize, modelName: 'LostCard', tableName: 'lost_cards', timestamps: false },
  );
}
