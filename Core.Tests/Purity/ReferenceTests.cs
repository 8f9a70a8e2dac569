using System;
using System.Collections.Generic;
using System.Linq;

namespace Fairlead.Tests.Purity;

/// <summary>
/// The proof that the core is pure: what its compiled metadata does not refer to, it cannot call. Every type outside the allow-list is an offence, every member of a partly
/// pure type too, and so is a hash code that decides something.
/// </summary>
public sealed class ReferenceTests
{
    private static string Path => CoreAssembly.Assembly.Location;

    private static readonly IReadOnlyList<OutsideUse> Uses = CompiledCode.MemberUses(Path).Where(static use => !IsInside(use.Type)).ToList();

    [Fact]
    public void Every_type_referred_to_is_allowed()
    {
        var offenders = CompiledCode.ReferencedTypes(Path).Where(static type => !AllowList.HasType(type) || type == "System.ThreadStaticAttribute")
            .Select(static type => $"{type}, used by {string.Join(", ", Uses.Where(use => use.Type == type).Select(static use => use.User).Distinct().DefaultIfEmpty("a signature"))}");
        AssertNone(offenders);
    }

    /// <summary>The analyzer bans them too (Shell/BannedSymbols.Native.txt), but does not see every operator.</summary>
    [Theory]
    [InlineData("LanguageExt.Seq`1", "op_Addition,Concat,op_Less,op_Greater,CompareTo")]
    [InlineData("LanguageExt.Validation`2", "op_Equality,op_Inequality,op_Less,op_Greater,CompareTo,Equals,GetHashCode,GetEnumerator")]
    [InlineData("LanguageExt.Either`2", "op_Equality,op_Inequality,op_Less,op_Greater,CompareTo,Equals,GetHashCode,GetEnumerator")]
    [InlineData("LanguageExt.Record`1", "")]
    public void What_throws_in_a_native_build_is_not_called(string type, string members) =>
        AssertNone(Uses.Where(use => use.Type == type && members.Split(',').Any(member => use.Member.StartsWith(member, StringComparison.Ordinal))).Select(static use => use.ToString()));

    [Fact]
    public void Every_member_called_is_allowed() =>
        AssertNone(Uses.Where(static use => use.Member.Length > 0 && !IsHash(use) && !AllowList.HasMember(use.Type, use.Member)).Select(static use => use.ToString()));

    // Hash codes of strings differ from process to process: nothing but another hash code may be made of one.
    [Fact]
    public void Hash_codes_are_asked_for_only_by_hash_codes() =>
        AssertNone(Uses.Where(static use => IsHash(use) && !use.User.EndsWith(".GetHashCode", StringComparison.Ordinal)).Select(static use => use.ToString()));

    // An interpolated string takes the current culture unless it is given one. Text in it does not care; numbers and times do.
    [Fact]
    public void Numbers_are_interpolated_under_a_named_culture()
    {
        var withoutCulture = Uses.Where(static use => use.Type == Interpolation && use.Member == ".ctor(System.Int32,System.Int32)").Select(static use => use.User).ToHashSet();
        AssertNone(Uses.Where(use => use.Type == Interpolation && withoutCulture.Contains(use.User) && Cultured.Any(type => use.Member.Contains($"<{type}>", StringComparison.Ordinal)))
            .Select(static use => use.ToString()));
    }

    [Fact]
    public void No_native_function_is_imported() => AssertNone(CompiledCode.NativeImports(Path));

    [Fact]
    public void Only_the_agreed_assemblies_are_referenced()
    {
        var outside = CoreAssembly.Assembly.GetReferencedAssemblies().Select(static name => name.Name!)
            .Where(static name => !Runtime.Contains(name) && name is not ("LanguageExt.Core" or "System.IO.Hashing"));
        AssertNone(outside);
    }

    // The parts of the base class library the core needs; System.Net.Primitives is IPAddress, without sockets, of System.Security.Cryptography the allow-list lets through hashes alone.
    private static readonly HashSet<string> Runtime =
    [
        "System.Runtime", "System.Memory", "System.Collections", "System.Collections.Immutable", "System.Linq", "System.Net.Primitives",
        "System.Runtime.InteropServices", "System.Runtime.Extensions", "System.Security.Cryptography", "System.Text.Encoding.Extensions", "System.Numerics.Vectors",
    ];

    private const string Interpolation = "System.Runtime.CompilerServices.DefaultInterpolatedStringHandler";

    private static readonly IReadOnlyList<string> Cultured =
    [
        "System.SByte", "System.Byte", "System.Int16", "System.UInt16", "System.Int32", "System.UInt32", "System.Int64", "System.UInt64", "System.Single", "System.Double",
        "System.Decimal", "System.TimeSpan", "System.Object", "System.Nullable`1",
    ];

    private static bool IsHash(OutsideUse use) => use.Member.StartsWith("GetHashCode(", StringComparison.Ordinal);

    private static bool IsInside(string type) => type.StartsWith("Fairlead.", StringComparison.Ordinal) || type.StartsWith('<');

    private static void AssertNone(IEnumerable<string> offenders)
    {
        var found = offenders.Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(found.Count == 0, "not allowed in the core:\n  " + string.Join("\n  ", found));
    }
}
