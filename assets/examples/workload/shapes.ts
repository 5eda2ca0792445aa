// A little program whose types are hard work: mapped, conditional and recursive.
type Path<T, D extends unknown[] = []> = D["length"] extends 6 ? never : T extends object
  ? { [K in keyof T & string]: K | `${K}.${Path<T[K], [...D, 0]>}` }[keyof T & string] : never;
type At<T, P extends string> = P extends `${infer K}.${infer R}`
  ? K extends keyof T ? At<T[K], R> : never : P extends keyof T ? T[P] : never;
interface Node3 { a: { x: number; y: string; z: boolean }; b: { l: Node2; r: Node2 } }
interface Node2 { a: { x: number; y: string }; b: { l: Node1; r: Node1; m: Node1 } }
interface Node1 { k: number; v: string; w: { p: Date; q: RegExp; s: Map<string, number> } }
declare function get<T, P extends Path<T>>(from: T, path: P): At<T, P>;
declare const tree: { one: Node3; two: Node3; three: Node2 };
export const first = get(tree, "one.b.l.b.m.k");
export const second = get(tree, "two.b.r.a.y");
type Permute<T extends string, U = T> = [T] extends [never] ? [] :
  U extends U ? [U, ...Permute<Exclude<T, U>>] : never;
export const order: Permute<"a" | "b" | "c" | "d" | "e" | "f">[number] = "a";
