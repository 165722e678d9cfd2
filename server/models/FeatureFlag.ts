import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { Flag } from '#domain/flags';

export class FeatureFlag extends Model<InferAttributes<FeatureFlag>, InferCreationAttributes<FeatureFlag>> {
  declare name: Flag;
  declare enabled: CreationOptional<boolean>;
  declare changed_at: CreationOptional<Date>;
  declare changed_by: CreationOptional<number | null>;
  declare reason: CreationOptional<string | null>;
}

/** The table `feature_flags` of one database. */
export function defineFeatureFlag(sequelize: Sequelize): typeof FeatureFlag {
  return class extends FeatureFlag {}.init(
    {
      name: { type: DataTypes.TEXT, primaryKey: true },
      enabled: DataTypes.BOOLEAN,
      changed_at: DataTypes.DATE,
      changed_by: DataTypes.BIGINT,
      reason: DataTypes.TEXT,
    },
    { sequelize, modelName: 'FeatureFlag', tableName: 'feature_flags', timestamps: false },
  );
}
