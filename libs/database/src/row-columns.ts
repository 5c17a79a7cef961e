import type { DataSource, EntityTarget, ObjectLiteral } from 'typeorm';

/**
 * What a statement of our own selects so that its rows have the entity's properties: without what TypeORM's own way of finding adds to each
 * statement and row, for entities none of whose columns is transformed.
 */
export const columnsOf = (dataSource: DataSource, entity: EntityTarget<ObjectLiteral>, alias?: string): string =>
  dataSource
    .getMetadata(entity)
    .columns.map(({ propertyName, databaseName }) => `${alias ? `${alias}.` : ''}${databaseName} AS "${propertyName}"`)
    .join(', ');
