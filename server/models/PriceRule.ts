import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { PriceRuleKind } from '#domain/price/rules';

export class PriceRule extends Model<InferAttributes<PriceRule>, InferCreationAttributes<PriceRule>> {
  declare id: CreationOptional<number>;
  declare name: string;
  declare beverage_id: CreationOptional<number | null>;
  declare weekdays: number[];
  declare from_minute: number;
  declare until_minute: number;
  declare kind: PriceRuleKind;
  declare percent_off: CreationOptional<number | null>;
  declare price_minor_per_litre: CreationOptional<number | null>;
  declare staff_only: CreationOptional<boolean>;
  declare created_at: CreationOptional<Date>;
  declare created_by: number;
  declare removed_at: CreationOptional<Date | null>;
  declare removed_by: CreationOptional<number | null>;
}

/** The table `price_rules` of one database. */
export function definePriceRule(sequelize: Sequelize): typeof PriceRule {
  return class extends PriceRule {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      name: DataTypes.TEXT,
      beverage_id: DataTypes.BIGINT,
      weekdays: DataTypes.ARRAY(DataTypes.SMALLINT),
      from_minute: DataTypes.INTEGER,
      until_minute: DataTypes.INTEGER,
      kind: DataTypes.TEXT,
      percent_off: DataTypes.INTEGER,
      price_minor_per_litre: DataTypes.INTEGER,
      staff_only: DataTypes.BOOLEAN,
      created_at: DataTypes.DATE,
      created_by: DataTypes.BIGINT,
      removed_at: DataTypes.DATE,
      removed_by: DataTypes.BIGINT,
    },
    { sequelize, modelName: 'PriceRule', tableName: 'price_rules', timestamps: false },
  );
}
