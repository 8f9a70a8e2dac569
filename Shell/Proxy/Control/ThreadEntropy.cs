using System;
using System.Runtime.InteropServices;
using Fairlead.Primitives;

namespace Fairlead.Proxy.Control;

/// <summary>Random draws for policies: one stream a thread, seeded by the system, so that drawing shares nothing and costs a few instructions.</summary>
internal static class ThreadEntropy
{
    [ThreadStatic]
    private static Entropy? _stream;

    public static ulong Next()
    {
        var (draw, next) = (_stream ?? Seed()).Draw();
        _stream = next;
        return draw;
    }

    /// <summary>From the system's source; <c>RandomNumberGenerator</c> has its own, which loads OpenSSL where nobody wants TLS. Each half has random bits where the other has a version.</summary>
    private static Entropy Seed()
    {
        var drawn = Guid.NewGuid();
        var halves = MemoryMarshal.Cast<Guid, ulong>(MemoryMarshal.CreateReadOnlySpan(ref drawn, 1));
        return new Entropy(halves[0] ^ halves[1]);
    }
}
