import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { HousePurpose } from '#domain/visit/house';

export class Guest extends Model<InferAttributes<Guest>, InferCreationAttributes<Guest>> {
  declare id: CreationOptional<number>;
  declare name: CreationOptional<string | null>;
  declare phone: CreationOptional<string | null>;
  declare display_name: CreationOptional<string | null>;
  declare language: CreationOptional<string>;
  declare age_confirmed_at: CreationOptional<Date | null>;
  declare age_confirmed_by: CreationOptional<number | null>;
  declare blocked_at: CreationOptional<Date | null>;
  declare consent_at: CreationOptional<Date | null>;
  declare created_at: CreationOptional<Date>;
  declare blocked_reason: CreationOptional<string | null>;
  declare erased_at: CreationOptional<Date | null>;
  declare staff: CreationOptional<boolean>;
  declare house_purpose: CreationOptional<HousePurpose | null>;
}

/** The table `guests` of one database. */
export function defineGuest(sequelize: Sequelize): typeof Guest {
  return class extends Guest {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      name: DataTypes.TEXT,
      phone: DataTypes.TEXT,
      display_name: DataTypes.TEXT,
      language: DataTypes.TEXT,
      age_confirmed_at: DataTypes.DATE,
      age_confirmed_by: DataTypes.BIGINT,
      blocked_at: DataTypes.DATE,
      consent_at: DataTypes.DATE,
      created_at: DataTypes.DATE,
      blocked_reason: DataTypes.TEXT,
      erased_at: DataTypes.DATE,
      staff: DataTypes.BOOLEAN,
      house_purpose: DataTypes.TEXT,
    },
    { sequelize, modelName: 'Guest', tableName: 'guests', timestamps: false },
  );
}
