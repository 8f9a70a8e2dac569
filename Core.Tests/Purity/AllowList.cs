using System;
using System.Collections.Generic;
using System.Linq;

namespace Fairlead.Tests.Purity;

/// <summary>
/// What the core may refer to outside itself. A line is a type (<c>*</c> at the end: every type so beginning), alone when all of it is pure, or followed by the members that
/// are: <c>Name</c> with every overload, <c>Name~Type</c> the overloads with a parameter of that type, <c>Name(Type)</c> that one. A new line here is a decision: the type must compute the same in
/// every process, on every machine, under every culture, and remember nothing.
/// </summary>
internal static class AllowList
{
    private const string Text = """
        # The language: values, spans, tuples, delegates, enumeration.
        System.Object : .ctor Equals ToString GetType
        System.ValueType
        System.Enum
        System.Void
        System.Nullable`1
        System.ValueTuple`*
        System.Func`*
        System.Action
        System.Action`*
        System.Predicate`1
        System.Comparison`1
        System.IComparable`1
        System.IEquatable`1
        System.IDisposable
        System.IFormatProvider
        System.ISpanFormattable
        System.Index
        System.Range
        System.Span`1
        System.ReadOnlySpan`1
        System.Memory`1
        System.ReadOnlyMemory`1
        System.MemoryExtensions
        System.Array : Empty Sort Fill Copy Clear Reverse IndexOf Resize BinarySearch get_Length
        System.Type : GetTypeFromHandle op_Equality op_Inequality
        System.RuntimeTypeHandle
        System.MulticastDelegate
        System.AsyncCallback
        System.IAsyncResult
        System.Runtime.CompilerServices.InlineArray*
        System.Runtime.CompilerServices.IsExternalInit
        System.Runtime.CompilerServices.RuntimeHelpers : EnsureSufficientExecutionStack InitializeArray CreateSpan
        System.Runtime.CompilerServices.Unsafe : As Add AsRef
        System.Runtime.InteropServices.InAttribute
        System.Runtime.InteropServices.MemoryMarshal : CreateSpan CreateReadOnlySpan GetReference
        System.Runtime.InteropServices.ImmutableCollectionsMarshal : AsImmutableArray

        # Numbers: arithmetic is pure, text only with a named culture.
        System.Boolean
        System.Char : IsAscii IsControl IsAsciiDigit IsAsciiLetter IsAsciiLetterOrDigit IsAsciiHexDigit IsBetween ToLowerInvariant ToUpperInvariant CompareTo Equals
        System.Byte : CompareTo Equals ToString~System.IFormatProvider TryFormat~System.IFormatProvider TryParse~System.IFormatProvider
        System.SByte : CompareTo Equals ToString~System.IFormatProvider TryFormat~System.IFormatProvider TryParse~System.IFormatProvider
        System.Int16 : CompareTo Equals ToString~System.IFormatProvider TryFormat~System.IFormatProvider TryParse~System.IFormatProvider
        System.UInt16 : CompareTo Equals ToString~System.IFormatProvider TryFormat~System.IFormatProvider TryParse~System.IFormatProvider
        System.Int32 : CompareTo Equals ToString~System.IFormatProvider TryFormat~System.IFormatProvider TryParse~System.IFormatProvider
        System.UInt32 : CompareTo Equals ToString~System.IFormatProvider TryFormat~System.IFormatProvider TryParse~System.IFormatProvider
        System.Int64 : CompareTo Equals ToString~System.IFormatProvider TryFormat~System.IFormatProvider TryParse~System.IFormatProvider
        System.UInt64 : CompareTo Equals ToString~System.IFormatProvider TryFormat~System.IFormatProvider TryParse~System.IFormatProvider
        System.Double : CompareTo Equals IsFinite IsNaN ToString~System.IFormatProvider TryFormat~System.IFormatProvider TryParse~System.IFormatProvider
        System.Decimal : .ctor CompareTo Equals op_* ToString~System.IFormatProvider TryFormat~System.IFormatProvider TryParse~System.IFormatProvider
        System.UInt128
        System.Convert : ToInt32(System.String,System.Int32) ToHexString
        System.BitConverter : DoubleToUInt64Bits UInt64BitsToDouble SingleToUInt32Bits UInt32BitsToSingle
        System.Math
        System.Numerics.BitOperations
        System.Numerics.Vector : AsVectorDouble LessThanAny
        System.Numerics.Vector`1 : .ctor get_Count op_*
        System.Numerics.INumber`1
        System.Buffers.Binary.BinaryPrimitives
        System.Buffers.Text.Utf8Formatter
        System.Buffers.Text.Utf8Parser
        System.Buffers.StandardFormat
        System.Globalization.NumberStyles
        System.Globalization.CultureInfo : get_InvariantCulture

        # Time as a length; never a clock.
        System.TimeSpan : .ctor Zero MaxValue MinValue From* get_* op_* Compare CompareTo Equals Duration Negate TicksPer* ToString~System.IFormatProvider

        # Text: ordinal, encoding named.
        System.String : .ctor Concat Contains Create~System.IFormatProvider Create~System.Buffers.SpanAction`2 CompareOrdinal Empty Equals EndsWith~System.StringComparison EndsWith~System.Char Format~System.IFormatProvider get_* IndexOf~System.Char IndexOf~System.StringComparison IndexOfAny Insert IsNullOrEmpty IsNullOrWhiteSpace Join LastIndexOf~System.Char LastIndexOf~System.StringComparison op_* PadLeft PadRight Remove Replace Split StartsWith~System.StringComparison StartsWith~System.Char Substring ToCharArray ToLowerInvariant ToUpperInvariant Trim TrimStart TrimEnd AsSpan
        System.StringComparer : get_Ordinal get_OrdinalIgnoreCase Compare Equals
        System.StringComparison
        System.StringSplitOptions
        System.Text.Ascii
        System.Text.Encoding : get_ASCII get_Latin1 get_UTF8 GetByteCount GetBytes GetString GetCharCount GetChars TryGetBytes
        System.Text.Rune
        System.Text.StringBuilder : .ctor Append~System.String Append~System.Char Append~System.ReadOnlySpan`1 get_Length set_Length Insert~System.String ToString
        System.Text.CompositeFormat
        System.FormattableString : Invariant
        System.Runtime.CompilerServices.FormattableStringFactory
        System.Runtime.CompilerServices.DefaultInterpolatedStringHandler : .ctor AppendLiteral AppendFormatted ToStringAndClear
        System.Text.Unicode.Utf8
        System.Buffers.SearchValues
        System.Buffers.SearchValues`1
        System.Buffers.SpanAction`2

        # Collections: local to a call, or immutable.
        System.Collections.IEnumerable
        System.Collections.IEnumerator
        System.Collections.ICollection
        System.Collections.IList
        System.Collections.Generic.*
        System.Collections.Immutable.*
        System.Collections.Frozen.*
        System.Linq.*

        # Addresses and hashes as values.
        System.Net.IPAddress : .ctor TryParse TryWriteBytes TryFormat GetAddressBytes get_* MapToIPv4 MapToIPv6 IsLoopback IsValid IsValidUtf8 Any None IPv6None IPv6Any Loopback IPv6Loopback Equals ToString Parse
        System.Net.IPEndPoint : .ctor get_* ToString TryParse
        System.Net.IPNetwork : .ctor Contains get_* TryParse op_* Equals ToString
        System.Net.Sockets.AddressFamily
        System.IO.Hashing.Crc32 : HashToUInt32 Hash
        System.IO.Hashing.XxHash3 : HashToUInt64 Hash
        System.IO.Hashing.XxHash64 : HashToUInt64 Hash
        System.IO.Hashing.XxHash32 : HashToUInt32 Hash
        System.Security.Cryptography.MD5 : HashData(System.ReadOnlySpan`1,System.Span`1)
        System.Security.Cryptography.HMACSHA256 : HashData

        # LanguageExt: six types and what makes them (design.md §6).
        LanguageExt.Option`1
        LanguageExt.OptionNone
        LanguageExt.Either`2
        LanguageExt.EitherLeft`1
        LanguageExt.EitherRight`1
        LanguageExt.Validation`2
        LanguageExt.ValidationSuccess`2
        LanguageExt.ValidationFail`2
        LanguageExt.Seq`1
        LanguageExt.SeqEmpty
        LanguageExt.HashMap`2
        LanguageExt.HashSet`1 : Empty Add AddOrUpdate TryAdd Remove Contains Find get_Count get_IsEmpty
        LanguageExt.Unit
        LanguageExt.Prelude : Some Optional get_None None Left Right Success Fail get_unit unit Seq Seq1 toSeq HashMap toHashMap HashSet toHashSet Tuple identity
        SeqExtensions
        OptionExtensions
        EitherExtensions
        ValidationExtensions
        LanguageExt.SeqExtensions
        LanguageExt.OptionT : Sequence Traverse
        LanguageExt.EitherT : Sequence Traverse
        LanguageExt.ValidationT : Sequence Traverse
        LanguageExt.HashMapExtensions
        HashMapExtensions
        LanguageExt.ValidationSeq_Apply

        # Broken promises, thrown at the programmer only.
        System.Diagnostics.UnreachableException
        System.NotSupportedException
        System.ArgumentException
        System.ArgumentNullException
        System.ArgumentOutOfRangeException
        System.InvalidOperationException
        System.IndexOutOfRangeException

        # Marks on declarations: they do nothing.
        System.AttributeUsageAttribute
        System.AttributeTargets
        System.Attribute
        System.FlagsAttribute
        System.ObsoleteAttribute
        System.ParamArrayAttribute
        System.Diagnostics.DebuggableAttribute
        System.Diagnostics.DebuggableAttribute+DebuggingModes
        System.Diagnostics.DebuggerBrowsableAttribute
        System.Diagnostics.DebuggerBrowsableState
        System.Diagnostics.DebuggerDisplayAttribute
        System.Diagnostics.DebuggerHiddenAttribute
        System.Diagnostics.CodeAnalysis.*
        System.Reflection.Assembly*
        System.Reflection.DefaultMemberAttribute
        System.Runtime.CompilerServices.*Attribute
        System.Runtime.Versioning.TargetFrameworkAttribute
        """;

    private static readonly IReadOnlyDictionary<string, string[]> Exact = Lines()
        .Where(static line => !line.Type.Contains('*')).ToDictionary(static line => line.Type, static line => line.Members, StringComparer.Ordinal);

    private static readonly IReadOnlyList<string> Patterns = Lines().Where(static line => line.Type.Contains('*')).Select(static line => line.Type).ToList();

    public static bool HasType(string type) => Exact.ContainsKey(Outermost(type)) || Exact.ContainsKey(type) || Patterns.Any(pattern => Matches(pattern, type));

    /// <summary>True when the member, written <c>Name(Parameter,…)</c>, may be used.</summary>
    public static bool HasMember(string type, string member)
    {
        if (!Exact.TryGetValue(type, out var members) && !Exact.TryGetValue(Outermost(type), out members))
            return Patterns.Any(pattern => Matches(pattern, type));
        var name = member.Split('(', '<')[0];
        var parameters = member[(member.IndexOf('(', StringComparison.Ordinal) + 1)..].TrimEnd(')').Split(',');
        return members.Length == 0 || members.Any(allowed => allowed.Split('~') switch
        {
            [var whole] when whole.Contains('(', StringComparison.Ordinal) => whole == member,
            [var any] => Matches(any, name),
            [var overload, var parameter] => Matches(overload, name) && parameters.Contains(parameter),
            _ => false,
        });
    }

    // A builder, an enumerator and the like go with the type they are nested in.
    private static string Outermost(string type) => type.Split('+')[0];

    private static bool Matches(string pattern, string name) => pattern.IndexOf('*', StringComparison.Ordinal) switch
    {
        < 0 => pattern == name,
        var star => name.Length >= pattern.Length - 1
                    && name.StartsWith(pattern[..star], StringComparison.Ordinal)
                    && name.EndsWith(pattern[(star + 1)..], StringComparison.Ordinal),
    };

    private static IEnumerable<(string Type, string[] Members)> Lines() =>
        from line in Text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        where !line.StartsWith('#')
        let parts = line.Split(" : ")
        select (parts[0], parts.Length == 1 ? [] : parts[1].Split(' '));
}
