import { Body, Controller, Delete, Get, Header, HttpCode, HttpStatus, Param, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { NoticeTemplateInput, NoticeTemplateView, NoticeWaysInput, NoticeWaysView } from './notice.dto.js';
import { NoticeSettings } from './notice-settings.js';

const NO_BODY = HttpStatus.NO_CONTENT;

/** How people are asked to reauthorize: by which ways, and in which words. */
@ApiTags('notices')
@ApiBearerAuth()
@Controller('v1')
export class NoticeSettingsController {
  constructor(private readonly settings: NoticeSettings) {}

  @Get('api-services/:slug/notices')
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'By which ways notices about its connections go out.' })
  @ApiOkResponse({ type: NoticeWaysView })
  async ways(@Param('slug') slug: string): Promise<NoticeWaysView> {
    return NoticeWaysView.of(await this.settings.waysOfSlug(slug));
  }

  @Put('api-services/:slug/notices')
  @Allow('admin')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Change them: e-mail, a webhook, an event to consumers.' })
  @ApiOkResponse({ type: NoticeWaysView })
  async changeWays(@Param('slug') slug: string, @Body() input: NoticeWaysInput): Promise<NoticeWaysView> {
    const { ways, drawn } = await this.settings.change(slug, input);
    return NoticeWaysView.of(ways, drawn);
  }

  @Get('api-services/:slug/notice-template')
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'The words in which its users are asked: its own, or everybody’s.' })
  @ApiOkResponse({ type: NoticeTemplateView })
  template(@Param('slug') slug: string): Promise<NoticeTemplateView> {
    return this.settings.template(slug);
  }

  @Put('api-services/:slug/notice-template')
  @Allow('admin')
  @HttpCode(NO_BODY)
  @ApiOperation({ summary: 'Words of its own. A placeholder that there isn’t is refused.' })
  @ApiNoContentResponse()
  setTemplate(@Param('slug') slug: string, @Body() input: NoticeTemplateInput): Promise<void> {
    return this.settings.setTemplate(slug, input);
  }

  @Delete('api-services/:slug/notice-template')
  @Allow('admin')
  @HttpCode(NO_BODY)
  @ApiOperation({ summary: 'Everybody’s words again.' })
  @ApiNoContentResponse()
  removeTemplate(@Param('slug') slug: string): Promise<void> {
    return this.settings.removeTemplate(slug);
  }

  @Get('notice-template')
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'Everybody’s words: where an API service has none of its own.' })
  @ApiOkResponse({ type: NoticeTemplateView })
  usualTemplate(): Promise<NoticeTemplateView> {
    return this.settings.template(null);
  }

  @Put('notice-template')
  @Allow('admin')
  @HttpCode(NO_BODY)
  @ApiOperation({ summary: 'Other words for everybody.' })
  @ApiNoContentResponse()
  setUsualTemplate(@Body() input: NoticeTemplateInput): Promise<void> {
    return this.settings.setTemplate(null, input);
  }

  @Delete('notice-template')
  @Allow('admin')
  @HttpCode(NO_BODY)
  @ApiOperation({ summary: 'The words that the product comes with.' })
  @ApiNoContentResponse()
  removeUsualTemplate(): Promise<void> {
    return this.settings.removeTemplate(null);
  }
}
