import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type CatalogueEntry, type Manifest, provesBySecret, renderGuide } from '@lockkeeper/manifests';
import { IsOptional, IsString, MaxLength } from 'class-validator';

export class CatalogueQuery {
  @ApiPropertyOptional({ description: 'Words that all have to be in its name, slug or tags.', example: 'crm' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  q?: string;
}

export class FieldView {
  @ApiProperty({ example: 'tenant', description: 'The name in params of POST /v1/connections.' }) key: string;
  @ApiProperty() label: string;
  @ApiProperty({ type: String, nullable: true }) help: string | null;
  @ApiProperty({ type: String, nullable: true }) example: string | null;
  @ApiProperty({ description: 'Whether a connection has to give it.' }) required: boolean;
  @ApiProperty({ description: 'Sealed, and never shown again.' }) sensitive: boolean;
  @ApiProperty({ description: 'Whether it has several lines, such as a key in PEM.' }) multiline: boolean;
  @ApiProperty({ type: String, nullable: true }) default: string | null;
  @ApiProperty({ type: [String], nullable: true, description: 'The only values, where it is a choice.' }) options:
    string[] | null;
  @ApiProperty({ description: 'A regular expression for the whole value.' }) pattern: string;
}

export class ScopeView {
  @ApiProperty() scope: string;
  @ApiProperty() meaning: string;
}

export class CatalogueEntryView {
  @ApiProperty({ description: 'The value of `catalogue` in POST /v1/api-services.' }) slug: string;
  @ApiProperty() name: string;
  @ApiProperty({ type: [String] }) tags: string[];
  @ApiProperty({ type: String, nullable: true }) documentationUrl: string | null;
  @ApiProperty({ description: '`never`, or the day on which it was last played against the provider itself.' })
  verified: string;
  @ApiProperty({ type: [String], description: 'What its author is not sure of.' }) unsure: string[];
  @ApiProperty({ type: [FieldView], description: 'What each connection has to say of itself.' }) fields: FieldView[];
  @ApiProperty({ type: [ScopeView], description: 'The common ones.' }) scopes: ScopeView[];
  @ApiProperty({ type: [String], description: 'Asked for unless the API service or the connection says otherwise.' })
  defaultScopes: string[];
  @ApiProperty({
    enum: ['oauth2', 'generic'],
    description: '`generic`: its users fill in the fields behind an authorization link.',
  })
  kind: Manifest['kind'];
  @ApiProperty({ description: 'Whether client credentials need a secret.' }) needsSecret: boolean;
  @ApiProperty({ description: 'The redirect URI, if the API service is registered under the entry’s own slug.' })
  redirectUri: string;
  @ApiProperty({ type: String, nullable: true, description: 'How to get client id and secret.' }) guide: string | null;

  static of({ slug, name, manifest }: CatalogueEntry, redirectUri: string): CatalogueEntryView {
    const { tags, documentationUrl, verified, unsure, knownScopes, authorize } = manifest;
    return {
      slug,
      name,
      tags,
      documentationUrl: documentationUrl ?? null,
      verified,
      unsure,
      fields: fieldViews(manifest.fields),
      scopes: Object.entries(knownScopes).map(([scope, meaning]) => ({ scope, meaning })),
      defaultScopes: authorize.scopes,
      kind: manifest.kind,
      needsSecret: provesBySecret(manifest),
      redirectUri,
      guide: renderGuide(manifest, redirectUri),
    };
  }
}

const fieldViews = (fields: CatalogueEntry['manifest']['fields']): FieldView[] =>
  Object.entries(fields).map(([key, field]) => ({
    key,
    label: field.label,
    help: field.help ?? null,
    example: field.example ?? null,
    required: field.required && field.default === undefined,
    sensitive: field.sensitive,
    multiline: field.multiline ?? false,
    default: field.default ?? null,
    options: field.options ?? null,
    pattern: field.pattern,
  }));

export class CatalogueView {
  @ApiProperty({ type: [CatalogueEntryView] }) items: CatalogueEntryView[];
}
