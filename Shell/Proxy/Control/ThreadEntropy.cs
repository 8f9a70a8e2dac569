using System;
using System.Security.Cryptography;
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

    private static Entropy Seed()
    {
        Span<byte> seed = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(seed);
        return new Entropy(BitConverter.ToUInt64(seed));
    }
}
