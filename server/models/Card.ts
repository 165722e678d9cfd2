import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { CardState } from '#domain/card/states';

export class Card extends Model<InferAttributes<Card>, InferCreationAttributes<Card>> {
  declare id: CreationOptional<number>;
  declare uid: string;
  declare state: CreationOptional<CardState>;
  declare created_at: CreationOptional<Date>;
}

/** The table `cards` of one database. */
export function defineCard(sequelize: Sequelize): typeof Card {
  return class extends Card {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      uid: DataTypes.TEXT,
      state: DataTypes.TEXT,
      created_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'Card', tableName: 'cards', timestamps: false },
  );
}
