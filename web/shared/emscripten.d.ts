// What zxing-wasm names of Emscripten's types, which it expects from elsewhere.

interface EmscriptenModule {
  locateFile?(name: string, directory: string): string;
}
type EmscriptenModuleFactory<Module extends EmscriptenModule = EmscriptenModule> = (
  overrides?: Partial<Module>,
) => Promise<Module>;
