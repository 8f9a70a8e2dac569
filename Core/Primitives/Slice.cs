using System;

namespace Fairlead.Primitives;

/// <summary>A stretch of the caller's buffer, kept as numbers so that it may outlive the span. <c>default</c> is empty.</summary>
public readonly record struct Slice(int Start, int Length)
{
    /// <summary>One past the last byte.</summary>
    public int End => Start + Length;

    /// <summary>True when there is nothing in it.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>The bytes meant, given the buffer they were measured in.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> buffer) => buffer.Slice(Start, Length);
}
