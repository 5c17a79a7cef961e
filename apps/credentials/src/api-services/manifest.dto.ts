import { ApiProperty } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import { type Manifest, type ManifestFault, ManifestRefused, readManifest } from '@lockkeeper/manifests';

export class ManifestInputBody {
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'As GET /v1/manifests/schema describes it.' })
  @IsObject()
  manifest: Record<string, unknown>;
}

export class WarningView {
  @ApiProperty({ description: 'RFC 6901: where it stands.' }) pointer: string;
  @ApiProperty() problem: string;
}

export class FaultView extends WarningView {
  @ApiProperty({ description: 'What to do about it.' }) mend: string;
}

export class LintView {
  @ApiProperty({ description: 'Whether an API service can be registered with it.' }) ok: boolean;
  @ApiProperty({ type: [FaultView] }) faults: ManifestFault[];
  @ApiProperty({ type: [WarningView] }) warnings: WarningView[];
  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    description: 'With every default filled in; null where there are faults.',
  })
  manifest: Manifest | null;

  static of(input: unknown): LintView {
    try {
      return { ok: true, faults: [], ...readManifest(input) };
    } catch (error) {
      if (error instanceof ManifestRefused)
        return { ok: false, faults: [...error.faults], warnings: [], manifest: null };
      throw error;
    }
  }
}
