"""Instructions of the processor that numba has no name for, as functions of compiled loops (extra `fast`)."""

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic


def _to_bits(_: Any, word: Any) -> Any:
    """How many bits of a word of 64 are set."""
    return types.int64(types.uint64), lambda context, builder, signature, given: builder.ctpop(given[0])


def _to_lowest(_: Any, word: Any) -> Any:
    """The place of the lowest bit of a word of 64 that is set; 64 if none is."""
    no = ir.Constant(ir.IntType(1), 0)
    return types.int64(types.uint64), lambda context, builder, signature, given: builder.cttz(given[0], no)


def _to_eight(_: Any, at: Any) -> Any:
    """Eight bytes from a place in memory, the first of them lowest."""
    kind = ir.IntType(64)

    def read(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.load(builder.inttoptr(given[0], kind.as_pointer()), align=1)

    return types.uint64(types.intp), read


def _to_fetch(_: Any, at: Any) -> Any:
    """Have a line of memory fetched that will be read soon; any place will do, also one that is nobody's."""
    place, number = ir.IntType(8).as_pointer(), ir.IntType(32)
    kind = ir.FunctionType(ir.VoidType(), [place, number, number, number])

    def ask(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [place], kind)
        builder.call(prefetch, [builder.inttoptr(given[0], place), number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(types.intp), ask


bits: Any = intrinsic(_to_bits)
lowest: Any = intrinsic(_to_lowest)
eight: Any = intrinsic(_to_eight)
fetch: Any = intrinsic(_to_fetch)
