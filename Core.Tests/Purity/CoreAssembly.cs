using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using Fairlead.Primitives;

namespace Fairlead.Tests.Purity;

/// <summary>The compiled core and its types, as the purity tests see them.</summary>
internal static class CoreAssembly
{
    public const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static Assembly Assembly => typeof(Instant).Assembly;

    /// <summary>Every type written in the source: nothing the compiler adds (closures, iterators, anonymous types, attributes it embeds).</summary>
    public static IReadOnlyList<Type> WrittenTypes { get; } = Assembly.GetTypes().Where(static type => !IsCompilerGenerated(type)).ToList();

    /// <summary>Abstract records, but for those meant to be derived from outside: each is a union, and its nested records are the cases.</summary>
    public static IReadOnlyList<Type> Unions { get; } = WrittenTypes.Where(static type => type.IsAbstract && IsRecord(type)).ToList();

    public static IReadOnlyList<Type> CasesOf(Type union) => Assembly.GetTypes().Where(type => type.BaseType == union).ToList();

    /// <summary>The compiler gives every record class a clone method under a name no source can spell.</summary>
    public static bool IsRecord(Type type) => type.GetMethod("<Clone>$", Everything | BindingFlags.FlattenHierarchy) is not null;

    public static bool IsCompilerGenerated(Type type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) || type.Name.StartsWith('<') || type is { DeclaringType: { } outer } && IsCompilerGenerated(outer);
}
