import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { MAX_LOGO_OCTETS } from '../../../../server/src/core/images/logo.ts';
import { accountQuery, type Project } from '../../api/account.ts';
import { call, formatCallUrl } from '../../api/call.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { FormError } from '../../components/FormError.tsx';
import { showToast } from '../../components/toast-store.ts';

/** What the field shows where a project has no color of its own. */
const OUR_COLOR = '#4f46e5';

/** The logo and color with which share pages greet a project's customers. */
export function BrandCard({ project }: { project: Project }) {
  const params = { projectId: project.id };
  const client = useQueryClient();
  const [color, setColor] = useState(project.brandColor ?? OUR_COLOR);
  const file = useRef<HTMLInputElement>(null);
  const onSuccess = async () => {
    await client.invalidateQueries({ queryKey: accountQuery().queryKey });
    showToast('Saved');
  };
  const upload = useMutation({
    mutationFn: async (image: File) =>
      call('PUT /api/projects/:projectId/logo', { params, body: { image: await readBase64(image) } }),
    onSuccess,
  });
  const remove = useMutation({ mutationFn: () => call('DELETE /api/projects/:projectId/logo', { params }), onSuccess });
  const paint = useMutation({
    mutationFn: (brandColor: string | null) => call('PATCH /api/projects/:projectId', { params, body: { brandColor } }),
    onSuccess,
  });
  return (
    <Card title="Share pages">
      <div className="flex flex-col gap-4 px-4 py-4">
        <p className="max-w-prose text-muted">
          Your customers see this logo and color on the pages you share with them, so they know who’s asking.
        </p>
        <FormError error={upload.error ?? remove.error ?? paint.error} />
        <div className="flex flex-wrap items-center gap-3">
          <p className="w-20 font-medium">Logo</p>
          {project.logoVersion === null ? (
            <p className="text-muted">None</p>
          ) : (
            <img
              src={formatCallUrl('GET /api/projects/:projectId/logo', params, { v: project.logoVersion })}
              alt={`${project.name} logo`}
              className="max-h-10 max-w-40 rounded-control border border-hairline bg-[#fff] object-contain p-1"
            />
          )}
          <input
            ref={file}
            type="file"
            hidden
            aria-label="Logo file"
            accept="image/png,image/jpeg,image/webp"
            onChange={(event) => {
              const [image] = event.currentTarget.files ?? [];
              if (image) upload.mutate(image);
              event.currentTarget.value = '';
            }}
          />
          <Button isBusy={upload.isPending} onClick={() => file.current?.click()}>
            {project.logoVersion === null ? 'Upload a logo…' : 'Replace…'}
          </Button>
          {project.logoVersion !== null && (
            <Button variant="quiet" isBusy={remove.isPending} onClick={() => remove.mutate()}>
              Remove
            </Button>
          )}
          <p className="basis-full text-small text-muted">PNG, JPEG or WebP, up to 64 KB.</p>
        </div>
        <div className="flex flex-wrap items-center gap-3">
          <label className="flex items-center gap-3">
            <span className="w-20 font-medium">Color</span>
            <input
              type="color"
              className="h-9 w-14 rounded-control border border-edge bg-card p-1"
              value={color}
              onChange={(event) => setColor(event.currentTarget.value)}
            />
            <code className="font-mono text-small">{color}</code>
          </label>
          <Button
            isBusy={paint.isPending}
            disabled={color === (project.brandColor ?? OUR_COLOR)}
            onClick={() => paint.mutate(color)}
          >
            Save color
          </Button>
          {project.brandColor !== null && (
            <Button
              variant="quiet"
              isBusy={paint.isPending}
              onClick={() => {
                setColor(OUR_COLOR);
                paint.mutate(null);
              }}
            >
              Use the default
            </Button>
          )}
          <p className="basis-full text-small text-muted">
            We darken or lighten it where text would be hard to read, in both the light and the dark theme.
          </p>
        </div>
      </div>
    </Card>
  );
}

/** Reads a file as base64. What is too large is not read, and not sent. */
async function readBase64(file: File): Promise<string> {
  if (file.size > MAX_LOGO_OCTETS)
    throw new Error(`This image is ${Math.ceil(file.size / 1024)} KB. A logo can be up to 64 KB.`);
  const octets = new Uint8Array(await file.arrayBuffer());
  return btoa(Array.from(octets, (octet) => String.fromCharCode(octet)).join(''));
}
