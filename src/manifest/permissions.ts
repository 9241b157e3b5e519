import { z } from 'zod';

export const FilesystemPermissions = z.strictObject({
  read: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Directories that may be read, or globs of files.', examples: [['.'], ['src/**/*.ts']] }),
  write: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Directories that may be written, or globs of files.', examples: [['./generated_project']] }),
});

export const PermissionsSpec = z.strictObject({
  filesystem: FilesystemPermissions.optional().meta({ description: 'Directories, relative to the project directory.' }),
  network: z
    .strictObject({
      allow: z
        .array(z.string().min(1))
        .optional()
        .meta({ description: 'Hosts that may be reached.', examples: [['api.github.com']] }),
      deny: z
        .array(z.string().min(1))
        .optional()
        .meta({ description: 'Hosts that may not be reached, also when they are allowed.', examples: [['localhost']] }),
    })
    .optional()
    .meta({
      description: 'Hosts that may be reached, and hosts that may not.',
      examples: [{ allow: ['api.github.com'] }],
    }),
  commands: z
    .strictObject({
      allow: z
        .array(z.string().min(1))
        .optional()
        .meta({
          description: 'Command lines, word for word; "*" at the end stands for any rest.',
          examples: [['npm test']],
        }),
    })
    .optional()
    .meta({
      description: 'Command lines that may be run; "*" stands for any rest.',
      examples: [{ allow: ['npm test', 'pytest *'] }],
    }),
});
export type PermissionsSpec = z.infer<typeof PermissionsSpec>;
