using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using LanguageExt;

namespace Fairlead.Tests.Purity;

/// <summary>What values in the core look like: nothing in them can be changed, nothing is remembered, nothing waits.</summary>
public sealed class ShapeTests
{
    // A ref struct cannot outlive the call it is lent for, so what it writes to itself is a local variable. A closure or an iterator is the compiler's rendering of locals.
    [Fact]
    public void Every_instance_field_is_readonly() => AssertNone(
        from type in CoreAssembly.WrittenTypes
        where !type.IsByRefLike && !type.IsEnum
        from field in type.GetFields(CoreAssembly.Everything)
        where !field.IsStatic && !field.IsInitOnly
        select Name(field));

    [Fact]
    public void Every_static_field_is_readonly_and_of_an_immutable_type() => AssertNone(
        from type in CoreAssembly.WrittenTypes
        from field in type.GetFields(CoreAssembly.Everything)
        where field is { IsStatic: true, IsLiteral: false } && (!field.IsInitOnly || !IsImmutable(field.FieldType))
        select $"{Name(field)} of type {field.FieldType}");

    [Fact]
    public void No_field_is_an_event_or_kept_per_thread() => AssertNone(
        from type in CoreAssembly.WrittenTypes
        from member in type.GetMembers(CoreAssembly.Everything)
        where member is EventInfo || member.IsDefined(typeof(ThreadStaticAttribute))
        select Name(member));

    [Fact]
    public void Nothing_returns_a_task() => AssertNone(
        from type in CoreAssembly.Assembly.GetTypes()
        from method in type.GetMethods(CoreAssembly.Everything)
        where Mentions(method.ReturnType, IsTask) || method.IsDefined(typeof(AsyncStateMachineAttribute))
        select Name(method));

    [Fact]
    public void Nothing_is_finalised_or_disposed() => AssertNone(
        from type in CoreAssembly.WrittenTypes
        where typeof(IDisposable).IsAssignableFrom(type) || type.GetMethod("Finalize", CoreAssembly.Everything) is not null
        select type.FullName);

    private static readonly ISet<Type> Immutable = new System.Collections.Generic.HashSet<Type>
    {
        typeof(string), typeof(decimal), typeof(TimeSpan), typeof(IPAddress), typeof(IPNetwork), typeof(Unit),
        typeof(ImmutableArray<>), typeof(System.Buffers.SearchValues<>), typeof(System.Collections.Frozen.FrozenSet<>), typeof(System.Collections.Frozen.FrozenDictionary<,>),
        typeof(Option<>), typeof(Either<,>), typeof(Seq<>), typeof(LanguageExt.HashMap<,>),
        typeof(ValueTuple<,>), typeof(ValueTuple<,,>), typeof(ValueTuple<,,,>), typeof(Nullable<>),
    };

    // Types of the core may only have readonly fields (above), so they are immutable as far as what they hold is: an array must be wrapped to be shared.
    private static bool IsImmutable(Type type) =>
        type.IsPrimitive || type.IsEnum || Immutable.Contains(type)
        || type.IsGenericType && Immutable.Contains(type.GetGenericTypeDefinition()) && type.GetGenericArguments().All(IsImmutable)
        || type.Assembly == CoreAssembly.Assembly && !type.IsArray;

    private static bool IsTask(Type type) =>
        typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask) || type.IsGenericType && type.GetGenericTypeDefinition() is { } generic
        && (generic == typeof(ValueTask<>) || generic == typeof(IAsyncEnumerable<>) || generic == typeof(IAsyncEnumerator<>));

    private static bool Mentions(Type type, Func<Type, bool> wanted) =>
        wanted(type) || type.HasElementType && Mentions(type.GetElementType()!, wanted) || type.GetGenericArguments().Any(argument => Mentions(argument, wanted));

    private static string Name(MemberInfo member) => $"{member.DeclaringType}.{member.Name}";

    private static void AssertNone(IEnumerable<string?> offenders)
    {
        var found = offenders.Order(StringComparer.Ordinal).ToList();
        Assert.True(found.Count == 0, "not the shape of the core:\n  " + string.Join("\n  ", found));
    }
}
